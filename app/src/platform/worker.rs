//! The second wasm module, in a Web Worker: import and export beside the screen. One Worker does one job and
//! ends: wasm memory never shrinks, and a hostile file can spoil nothing but its own Worker.

use std::cell::RefCell;
use std::rc::Rc;

use super::object::ObjectUrl;
use futures::channel::oneshot;
use js_sys::{Object, Reflect, Uint8Array};
use send_wrapper::SendWrapper;
use wasm_bindgen::prelude::*;
use web_sys::{ErrorEvent, File, MessageEvent, WorkerOptions, WorkerType};

/// A file that a person chose or dropped; its content stays with the browser until a job reads it.
#[derive(Clone)]
pub struct PickedFile(SendWrapper<File>);

impl PickedFile {
    /// The file of `<input type="file">` when it changed; the input is emptied, so that the same file can be
    /// chosen again.
    pub fn from_input(event: &web_sys::Event) -> Option<Self> {
        let input: web_sys::HtmlInputElement = event.target()?.dyn_into().ok()?;
        let file = input.files()?.get(0)?;
        input.set_value("");
        Some(Self(SendWrapper::new(file)))
    }

    /// The first file that was dropped.
    pub fn from_drop(event: &web_sys::DragEvent) -> Option<Self> {
        let file = event.data_transfer()?.files()?.get(0)?;
        Some(Self(SendWrapper::new(file)))
    }

    /// Its name, without folders.
    pub fn name(&self) -> String {
        self.0.name()
    }

    /// Its size in bytes.
    pub fn size(&self) -> f64 {
        self.0.size()
    }

    /// Its bytes; `None` where it cannot be read.
    pub async fn bytes(&self) -> Option<Vec<u8>> {
        let read = wasm_bindgen_futures::JsFuture::from(self.0.array_buffer());
        // what is awaited here stays in this thread, as the file does
        let buffer = SendWrapper::new(read).await.ok()?;
        Some(js_sys::Uint8Array::new(&buffer).to_vec())
    }

    /// An address under which the browser shows it.
    pub fn address(&self) -> Option<ObjectUrl> {
        ObjectUrl::of(&self.0)
    }
}

/// What a job reads beside its text.
pub enum Input {
    /// Nothing.
    None,
    /// A file, read by the Worker itself.
    File(PickedFile),
    /// Bytes.
    Bytes(Vec<u8>),
}

/// What the Worker answered.
#[derive(Debug, Clone, Default)]
pub struct Answer {
    /// Whether it could be done.
    pub ok: bool,
    /// The result, or the error, as JSON.
    pub json: Option<String>,
    /// The file that was made.
    pub bytes: Option<Vec<u8>>,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WorkerError {
    /// The Worker could not be started: its files are not on this device and cannot be fetched.
    #[error("the part of the app for files could not be loaded")]
    NotLoaded,
    /// It ended in the middle, most likely for lack of memory.
    #[error("the work stopped in the middle: {0}")]
    Crashed(String),
    /// The person cancelled it.
    #[error("cancelled")]
    Cancelled,
}

type Outcome = Result<Answer, WorkerError>;

/// A job in its Worker. Dropping it ends the Worker.
pub struct Job {
    worker: web_sys::Worker,
    answer: RefCell<Option<oneshot::Receiver<Outcome>>>,
    sender: Rc<RefCell<Option<oneshot::Sender<Outcome>>>>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(ErrorEvent)>,
}

impl Job {
    /// Starts a Worker on a job.
    pub fn start(kind: &str, text: &str, input: Input) -> Result<Self, WorkerError> {
        let address = address().ok_or(WorkerError::NotLoaded)?;
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = web_sys::Worker::new_with_options(&address, &options)
            .map_err(|_| WorkerError::NotLoaded)?;
        let (sender, answer) = oneshot::channel();
        let sender = Rc::new(RefCell::new(Some(sender)));
        let on_message = {
            let sender = Rc::clone(&sender);
            Closure::new(move |event: MessageEvent| settle(&sender, read(&event.data())))
        };
        let on_error = {
            let sender = Rc::clone(&sender);
            Closure::new(move |event: ErrorEvent| {
                // a script that cannot be loaded gives a plain event, without a message
                let message = Reflect::get(&event, &"message".into())
                    .ok()
                    .and_then(|message| message.as_string());
                let error = message.map_or(WorkerError::NotLoaded, WorkerError::Crashed);
                settle(&sender, Err(error));
            })
        };
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        let request = request(kind, text, input);
        worker
            .post_message(&request)
            .map_err(|error| WorkerError::Crashed(format!("{error:?}")))?;
        Ok(Self {
            worker,
            answer: RefCell::new(Some(answer)),
            sender,
            _on_message: on_message,
            _on_error: on_error,
        })
    }

    /// The answer; ask once.
    pub async fn answer(&self) -> Result<Answer, WorkerError> {
        let answer = self.answer.borrow_mut().take();
        match answer {
            Some(answer) => answer.await.unwrap_or(Err(WorkerError::Cancelled)),
            None => Err(WorkerError::Cancelled),
        }
    }

    /// Ends the Worker at once; whoever waits hears of it.
    pub fn cancel(&self) {
        self.worker.terminate();
        settle(&self.sender, Err(WorkerError::Cancelled));
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

fn settle(sender: &RefCell<Option<oneshot::Sender<Outcome>>>, outcome: Outcome) {
    if let Some(sender) = sender.borrow_mut().take() {
        // nobody waits any more: nothing to tell
        let _ = sender.send(outcome);
    }
}

/// Where the Worker's script lies: its name carries a hash, so the page tells it.
fn address() -> Option<String> {
    let document = web_sys::window()?.document()?;
    document
        .query_selector("meta[name=\"plumbline-exchange-worker\"]")
        .ok()??
        .get_attribute("content")
}

fn request(kind: &str, text: &str, input: Input) -> Object {
    let request = Object::new();
    let set = |name: &str, value: &JsValue| {
        // a fresh plain object takes any property
        let _ = Reflect::set(&request, &name.into(), value);
    };
    set("kind", &kind.into());
    set("text", &text.into());
    match input {
        Input::None => {}
        Input::File(file) => set("file", &file.0),
        Input::Bytes(bytes) => set("bytes", &Uint8Array::from(bytes.as_slice())),
    }
    request
}

fn read(data: &JsValue) -> Outcome {
    let get = |name: &str| Reflect::get(data, &name.into()).unwrap_or(JsValue::UNDEFINED);
    if let Some(message) = get("crashed").as_string() {
        return Err(WorkerError::Crashed(message));
    }
    Ok(Answer {
        ok: get("ok").as_bool().unwrap_or(false),
        json: get("json").as_string(),
        bytes: get("bytes")
            .dyn_into::<Uint8Array>()
            .ok()
            .map(|bytes| bytes.to_vec()),
    })
}
