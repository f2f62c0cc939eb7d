//! Text to tokens.

use domain::number::Number;

use super::Operator;
use super::parse::{ExprProblem, ExprWrong};

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    Name(String),
    Number(Number),
    Text(String),
    YesNo(bool),
    Operator(Operator),
    Not,
    In,
    Open,
    Close,
    ListOpen,
    ListClose,
    Comma,
    Dot,
}

/// All tokens with their places.
pub(super) fn tokens(text: &str) -> Result<Vec<(usize, Token)>, ExprProblem> {
    let mut found = Vec::new();
    let mut rest = text.char_indices().peekable();
    while let Some((at, c)) = rest.next() {
        let mut follows = |wanted: char| rest.next_if(|(_, next)| *next == wanted).is_some();
        let token = match c {
            c if c.is_whitespace() => continue,
            '(' | '（' => Token::Open,
            ')' | '）' => Token::Close,
            '[' | '【' | '［' => Token::ListOpen,
            ']' | '】' | '］' => Token::ListClose,
            ',' | '，' | '、' => Token::Comma,
            '.' | '．' => Token::Dot,
            '+' | '＋' => Token::Operator(Operator::Plus),
            '-' | '－' | '−' => Token::Operator(Operator::Minus),
            '*' | '×' | '＊' => Token::Operator(Operator::Times),
            '/' | '÷' | '／' => Token::Operator(Operator::Over),
            '≥' => Token::Operator(Operator::MoreOrEqual),
            '≤' => Token::Operator(Operator::LessOrEqual),
            '≠' => Token::Operator(Operator::Unequal),
            '>' | '＞' if follows('=') => Token::Operator(Operator::MoreOrEqual),
            '>' | '＞' => Token::Operator(Operator::More),
            '<' | '＜' if follows('=') => Token::Operator(Operator::LessOrEqual),
            '<' if follows('>') => Token::Operator(Operator::Unequal),
            '<' | '＜' => Token::Operator(Operator::Less),
            '=' | '＝' => {
                let _ = follows('=') || follows('＝');
                Token::Operator(Operator::Equal)
            }
            '!' | '！' if follows('=') => Token::Operator(Operator::Unequal),
            '"' | '\'' | '“' | '”' | '‘' | '’' | '「' => {
                let end = closing(c);
                let mut inside = String::new();
                loop {
                    match rest.next() {
                        Some((_, c)) if end.contains(c) => break Token::Text(inside),
                        Some((_, c)) => inside.push(c),
                        None => {
                            return Err(ExprProblem {
                                at,
                                what: ExprWrong::OpenText,
                            });
                        }
                    }
                }
            }
            c if c.is_ascii_digit() => {
                let mut figures = String::from(c);
                while let Some((_, c)) = rest.next_if(|(_, c)| c.is_ascii_digit() || *c == '.') {
                    figures.push(c);
                }
                match figures.parse() {
                    Ok(number) => Token::Number(number),
                    Err(_) => {
                        let what = ExprWrong::BadNumber { text: figures };
                        return Err(ExprProblem { at, what });
                    }
                }
            }
            c if c.is_ascii_alphabetic() || c == '_' => {
                let mut word = String::from(c);
                while let Some((_, c)) =
                    rest.next_if(|(_, c)| c.is_ascii_alphanumeric() || *c == '_')
                {
                    word.push(c);
                }
                match word.as_str() {
                    "and" => Token::Operator(Operator::And),
                    "or" => Token::Operator(Operator::Or),
                    "not" => Token::Not,
                    "in" => Token::In,
                    "true" => Token::YesNo(true),
                    "false" => Token::YesNo(false),
                    _ => Token::Name(word),
                }
            }
            '且' => Token::Operator(Operator::And),
            '或' => Token::Operator(Operator::Or),
            '非' => Token::Not,
            '属' if follows('于') => Token::In,
            '是' => Token::YesNo(true),
            '否' => Token::YesNo(false),
            found => {
                return Err(ExprProblem {
                    at,
                    what: ExprWrong::Character { found },
                });
            }
        };
        found.push((at, token));
    }
    Ok(found)
}

/// What ends a text that begins so.
fn closing(opening: char) -> &'static str {
    match opening {
        '"' => "\"",
        '\'' => "'",
        '“' | '”' => "“”",
        '「' => "」",
        _ => "‘’",
    }
}
