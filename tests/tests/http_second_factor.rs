//! The second factor: codes of an authenticator app, recovery codes, and what helps when both are gone.

use reqwest::StatusCode;
use shared::api::{
    ConfirmSecondFactor, ErrorCode, OfferedSecondFactor, Password, RecoveryCodes,
    RemoveSecondFactor, SecondFactor,
};
use tests::server::{PASSWORD, Person, Program, TestServer};
use totp_rs::{Builder, Secret, Totp};

/// The authenticator app on somebody's phone.
struct Phone(Totp);

impl Phone {
    fn new(secret: &str) -> Self {
        let secret = Secret::try_from_base32(secret).unwrap();
        Self(Builder::new().with_secret(secret).build().unwrap())
    }

    /// The code `steps` of thirty seconds from now, by the server's clock.
    fn code(&self, server: &TestServer, steps: i64) -> String {
        let now = server.clock.now().0 / 1000 + steps * 30;
        self.0.generate(now as u64).to_string()
    }
}

async fn offer(person: &Person) -> OfferedSecondFactor {
    let body = Password {
        password: PASSWORD.to_owned(),
    };
    let answer = person.http.post("/api/second-factor", &body).await;
    answer.expect(StatusCode::CREATED)
}

/// Turns it on.
async fn on(server: &TestServer, person: &Person) -> (Phone, Vec<String>) {
    let phone = Phone::new(&offer(person).await.secret);
    let body = ConfirmSecondFactor {
        code: phone.code(server, 0),
    };
    let answer = person.http.post("/api/second-factor/confirm", &body).await;
    let made: RecoveryCodes = answer.expect(StatusCode::OK);
    // the code of this step is used up
    server.clock.advance_ms(30_000);
    (phone, made.codes)
}

async fn code_of(server: &TestServer, code: &str) -> Result<(), ErrorCode> {
    let answer = server.client().sign_in_with("li", PASSWORD, code).await;
    match answer.status {
        StatusCode::OK => Ok(()),
        status => Err(answer.failure(status).code),
    }
}

#[tokio::test]
async fn a_code_is_asked_for_after_the_right_password_once_one_was_confirmed() {
    let server = TestServer::start().await;
    let li = server.person("li").await;
    let offered = offer(&li).await;
    assert!(
        offered.url.starts_with("otpauth://totp/") && offered.url.contains(&offered.secret),
        "{}",
        offered.url
    );
    assert!(offered.size >= 21 && offered.path.starts_with("M0 0h7v1h-7z"));
    assert_eq!(code_of(&server, "").await, Ok(()), "only offered");
    let wrong = ConfirmSecondFactor {
        code: "000000".to_owned(),
    };
    let answer = li.http.post("/api/second-factor/confirm", &wrong).await;
    assert_eq!(
        answer.failure(StatusCode::UNAUTHORIZED).code,
        ErrorCode::WrongCode
    );
    let (phone, codes) = on(&server, &li).await;
    assert_eq!(codes.len(), 10);
    assert_eq!(code_of(&server, "").await, Err(ErrorCode::CodeNeeded));
    let client = server.client();
    let answer = client.sign_in("li", "a wrong password").await;
    assert_eq!(
        answer.failure(StatusCode::UNAUTHORIZED).code,
        ErrorCode::WrongCredentials,
        "whether there is one is told to nobody without the password"
    );
    assert_eq!(code_of(&server, &phone.code(&server, 0)).await, Ok(()));
    // who is signed in stays so
    assert_eq!(li.http.get("/api/projects").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_code_is_good_once_and_for_clocks_that_are_half_a_minute_off() {
    let server = TestServer::start().await;
    let li = server.person("li").await;
    let (phone, _) = on(&server, &li).await;
    server.clock.advance_ms(120_000);
    for steps in [-2, 2] {
        let code = phone.code(&server, steps);
        assert_eq!(code_of(&server, &code).await, Err(ErrorCode::WrongCode));
        server.clock.advance_ms(60_000);
    }
    let code = phone.code(&server, -1);
    assert_eq!(code_of(&server, &code).await, Ok(()));
    assert_eq!(code_of(&server, &code).await, Err(ErrorCode::WrongCode));
    let spaced = phone.code(&server, 1);
    let spaced = format!(" {} {}", &spaced[..3], &spaced[3..]);
    assert_eq!(code_of(&server, &spaced).await, Ok(()));
}

#[tokio::test]
async fn a_recovery_code_opens_the_account_once() {
    let server = TestServer::start().await;
    let li = server.person("li").await;
    let (_, codes) = on(&server, &li).await;
    let code = codes[3].to_uppercase().replace('-', " ");
    assert_eq!(code_of(&server, &code).await, Ok(()));
    assert_eq!(code_of(&server, &codes[3]).await, Err(ErrorCode::WrongCode));
    let known: SecondFactor = li
        .http
        .get("/api/second-factor")
        .await
        .expect(StatusCode::OK);
    assert!(known.since.is_some());
    assert_eq!(known.recovery_codes, 9);
}

#[tokio::test]
async fn recovery_codes_cannot_be_guessed_from_what_is_kept_of_them() {
    let server = TestServer::start().await;
    let li = server.person("li").await;
    let (_, codes) = on(&server, &li).await;
    let mut seen = std::collections::BTreeSet::new();
    for code in &codes {
        // one of 32 letters at each of 24 places: 120 bits
        let letters: String = code.chars().filter(|c| *c != '-').collect();
        assert_eq!(letters.len(), 24, "{code}");
        assert!(seen.insert(letters));
    }
    let all: std::collections::BTreeSet<char> = seen.iter().flat_map(|c| c.chars()).collect();
    assert!(all.len() > 24 && all.len() <= 32, "{all:?}");
}

#[tokio::test]
async fn wrong_codes_lock_the_account_as_wrong_passwords_do() {
    let server = TestServer::start().await;
    let li = server.person("li").await;
    let (phone, _) = on(&server, &li).await;
    for _ in 0..3 {
        let wrong = code_of(&server, "123 45").await;
        assert_eq!(wrong, Err(ErrorCode::WrongCode));
    }
    let right = phone.code(&server, 0);
    assert_eq!(code_of(&server, &right).await, Err(ErrorCode::LockedOut));
}

#[tokio::test]
async fn it_is_turned_off_by_password_and_code_together_or_by_an_administrator() {
    let server = TestServer::start().await;
    let (li, wang) = (server.person("li").await, server.person("wang").await);
    let boss = server.administrator("boss").await;
    let (phone, codes) = on(&server, &li).await;
    let remove = |password: &str, code: &str| RemoveSecondFactor {
        password: password.to_owned(),
        code: code.to_owned(),
    };
    for (body, code) in [
        (
            remove("a wrong password", &codes[0]),
            ErrorCode::WrongCredentials,
        ),
        (remove(PASSWORD, ""), ErrorCode::CodeNeeded),
        (remove(PASSWORD, "wrong"), ErrorCode::WrongCode),
    ] {
        let answer = li.http.post("/api/second-factor/remove", &body).await;
        assert_eq!(answer.failure(StatusCode::UNAUTHORIZED).code, code);
    }
    server.clock.advance_ms(60_000);
    let body = remove(PASSWORD, &phone.code(&server, 0));
    let answer = li.http.post("/api/second-factor/remove", &body).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    assert_eq!(code_of(&server, "").await, Ok(()));

    on(&server, &li).await;
    let path = format!("/api/people/{}/second-factor", li.id);
    assert_eq!(wang.http.delete(&path).await.status, StatusCode::FORBIDDEN);
    assert_eq!(code_of(&server, "").await, Err(ErrorCode::CodeNeeded));
    assert_eq!(boss.http.delete(&path).await.status, StatusCode::NO_CONTENT);
    assert_eq!(boss.http.delete(&path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(code_of(&server, "").await, Ok(()));
}

#[tokio::test]
async fn the_command_line_turns_it_off_for_the_last_administrator() {
    let server = Program::start(&[]).await;
    let boss = server.person("boss", true).await;
    let phone = Phone::new(&offer(&boss).await.secret);
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let body = ConfirmSecondFactor {
        code: phone.0.generate(now.unwrap().as_secs()).to_string(),
    };
    let answer = boss.http.post("/api/second-factor/confirm", &body).await;
    assert_eq!(answer.status, StatusCode::OK);
    let again = boss.http.sign_in("boss", PASSWORD).await;
    assert_eq!(
        again.failure(StatusCode::UNAUTHORIZED).code,
        ErrorCode::CodeNeeded
    );
    let (done, told) = server
        .command(&["user", "second-factor-off", "boss"], "")
        .await;
    assert!(done, "{told}");
    let again = boss.http.sign_in("boss", PASSWORD).await;
    assert_eq!(again.status, StatusCode::OK);
}
