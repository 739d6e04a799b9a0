//! What is wrong in the small files that a person writes for an import.

use super::Cause;
use crate::cli::say::Say;
use crate::import::decisions::DecisionsError;

/// What lies behind an error about decisions.
pub(super) fn tell(cause: &Cause) -> Option<Say> {
    let why = cause.downcast_ref::<DecisionsError>()?;
    let en = why.to_string();
    let zh = match why {
        DecisionsError::TooLarge { len, max } => format!("判定文件有 {len} 字节，最多 {max}"),
        DecisionsError::Shape(why) => format!("判定文件的写法不对：{why}"),
        DecisionsError::Place(number) => {
            format!("第 {number} 条判定没写清是哪一行：写 channel 和 id，或 file 和 row")
        }
        DecisionsError::Word { number, word } => format!(
            "第 {number} 条判定写的是「{word}」；可以写 捐款、私人、跳过、未定，退款（另写 of）、提现（另写 fee）"
        ),
        DecisionsError::TextTooLong { number, max } => {
            format!("第 {number} 条判定里有一段文字超过 {max} 字节")
        }
        DecisionsError::Twice(number) => format!("第 {number} 条判定与前面的一条是同一行"),
    };
    Some(Say { zh, en })
}
