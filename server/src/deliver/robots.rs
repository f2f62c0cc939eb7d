//! Robots of groups: what each vendor asks for.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::hmac;
use serde_json::{Value, json};
use shared::api::{RobotKind, WhyUnsent};
use shared::base::Timestamp;

use super::net::{Net, text, unreached};
use super::{SendError, words};
use crate::store::robots::RobotRow;

/// The hosts of a vendor's webhooks.
pub(crate) const fn hosts(kind: RobotKind) -> &'static [&'static str] {
    match kind {
        RobotKind::Wecom => &["qyapi.weixin.qq.com"],
        RobotKind::Dingtalk => &["oapi.dingtalk.com"],
        RobotKind::Feishu => &["open.feishu.cn", "open.larksuite.com"],
    }
}

/// Sends lines to a group; what the vendor said.
pub(super) async fn send(
    net: &Net,
    robot: &RobotRow,
    lines: &[String],
    now: Timestamp,
) -> Result<String, SendError> {
    let url = net.check(&robot.url, Some(hosts(robot.kind)));
    let mut url = url.map_err(|why| SendError::Never(WhyUnsent::Address, why.to_owned()))?;
    let secret = robot.secret.as_deref();
    if let (RobotKind::Dingtalk, Some(secret)) = (robot.kind, secret) {
        let stamp = now.0.to_string();
        let sign = dingtalk_sign(secret, &stamp);
        url.query_pairs_mut()
            .append_pair("timestamp", &stamp)
            .append_pair("sign", &sign);
    }
    let request = net
        .client(&url)
        .post(url)
        .header("content-type", "application/json; charset=utf-8")
        .body(body(robot, lines, now).to_string());
    let response = request.send().await.map_err(unreached)?;
    let status = response.status();
    let said = text(response).await?;
    if !status.is_success() {
        return Err(SendError::Later(
            WhyUnsent::Refused,
            format!("{status}: {said}"),
        ));
    }
    // what is wrong comes with a status of success
    let answer: Value = serde_json::from_str(&said).unwrap_or_default();
    let code = ["errcode", "code", "StatusCode"]
        .iter()
        .find_map(|name| answer.get(name)?.as_i64());
    match code {
        Some(0) => Ok(said),
        code => Err(SendError::Later(
            meant(robot.kind, code),
            words_of(&answer, code).unwrap_or(said),
        )),
    }
}

/// What a vendor's answer says to people, with its code.
fn words_of(answer: &Value, code: Option<i64>) -> Option<String> {
    let mut names = ["errmsg", "msg", "StatusMessage"].iter();
    let words = names.find_map(|name| answer.get(name)?.as_str())?;
    Some(match code {
        Some(code) => format!("{words} ({code})"),
        None => words.to_owned(),
    })
}

/// What a vendor means by a code, as far as its documents say.
const fn meant(kind: RobotKind, code: Option<i64>) -> WhyUnsent {
    match (kind, code) {
        (RobotKind::Wecom, Some(93000 | 93008)) => WhyUnsent::NoRobot,
        (RobotKind::Wecom, Some(45009 | 45033)) => WhyUnsent::TooOften,
        (RobotKind::Dingtalk, Some(300_001 | 300_005 | 400_013 | 400_101 | 400_102)) => {
            WhyUnsent::NoRobot
        }
        (RobotKind::Dingtalk, Some(310_000)) => WhyUnsent::Security,
        (RobotKind::Dingtalk, Some(130_101 | 410_100)) => WhyUnsent::TooOften,
        (RobotKind::Feishu, Some(19001 | 19007)) => WhyUnsent::NoRobot,
        (RobotKind::Feishu, Some(19021 | 19022 | 19024)) => WhyUnsent::Security,
        (RobotKind::Feishu, Some(11232)) => WhyUnsent::TooOften,
        _ => WhyUnsent::Refused,
    }
}

fn body(robot: &RobotRow, lines: &[String], now: Timestamp) -> Value {
    let title = words::product(robot.language);
    let marked = || {
        let lines: Vec<String> = lines
            .iter()
            .map(|line| format!("- {}", plain(line)))
            .collect();
        format!("**{title}**\n{}", lines.join("\n"))
    };
    match robot.kind {
        RobotKind::Wecom => json!({"msgtype": "markdown", "markdown": {"content": marked()}}),
        RobotKind::Dingtalk => {
            json!({"msgtype": "markdown", "markdown": {"title": title, "text": marked()}})
        }
        RobotKind::Feishu => {
            let text = lines
                .iter()
                .map(|line| plain(line))
                .collect::<Vec<_>>()
                .join("\n");
            let mut body =
                json!({"msg_type": "text", "content": {"text": format!("{title}\n{text}")}});
            if let (Some(secret), Some(map)) = (&robot.secret, body.as_object_mut()) {
                let stamp = now.0.div_euclid(1000).to_string();
                map.insert("sign".to_owned(), feishu_sign(secret, &stamp).into());
                map.insert("timestamp".to_owned(), stamp.into());
            }
            body
        }
    }
}

/// Names come from people: nothing in them is a mark, a link, or calls everybody.
fn plain(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '<' => '＜',
            '>' => '＞',
            '[' => '［',
            ']' => '］',
            '*' => '＊',
            '_' => '＿',
            '`' => '｀',
            '#' => '＃',
            '@' => '＠',
            '!' => '！',
            '\\' => '＼',
            c => c,
        })
        .collect()
}

/// 钉钉: the time in milliseconds and the secret, under the secret.
fn dingtalk_sign(secret: &str, stamp: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    STANDARD.encode(hmac::sign(&key, format!("{stamp}\n{secret}").as_bytes()))
}

/// 飞书: nothing, under the time in seconds and the secret.
fn feishu_sign(secret: &str, stamp: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, format!("{stamp}\n{secret}").as_bytes());
    STANDARD.encode(hmac::sign(&key, b""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_name_is_a_mark_or_calls_everybody() {
        let hostile = "<@all> [x](http://e) **b** `c` # !";
        let plain = plain(hostile);
        assert!(!plain.contains(['<', '>', '[', ']', '*', '`', '#', '@', '!']));
    }
}
