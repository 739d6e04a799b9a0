//! What WeChat and Alipay say above the header: period, kind of export, totals.

use super::error::Warning;
use super::row::Direction;
use super::sheet::Table;
use super::text;
use crate::domain::money::Fen;
use crate::domain::time::Wall;

/// The totals a bill declares of itself.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Declared {
    /// 共…笔记录.
    pub rows: Option<u64>,
    /// 收入: count and sum.
    pub income: Option<(u64, Fen)>,
    /// 支出: count and sum.
    pub spending: Option<(u64, Fen)>,
    /// 中性交易 or 不计收支: count and sum.
    pub neutral: Option<(u64, Fen)>,
}

/// Everything said above the header.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Preamble {
    pub(crate) period: Option<(Wall, Wall)>,
    pub(crate) exported_at: Option<Wall>,
    pub(crate) export_kind: Option<String>,
    pub(crate) owner: Option<String>,
    pub(crate) declared: Declared,
}

/// Reads the rows of `table` above row `header`.
pub(crate) fn read(table: &Table<'_>, header: usize) -> Preamble {
    let mut said = Preamble::default();
    for row in (0..header).filter_map(|at| table.row(at)) {
        let line = text::trim(row.cell(0));
        if line.starts_with("起始时间") {
            said.period = bracketed(line, "起始时间")
                .zip(bracketed(line, "终止时间"))
                .and_then(|(from, to)| Some((text::time(from)?.0, text::time(to)?.0)));
        } else if let Some(name) = owner(line) {
            said.owner = Some(name.chars().take(40).collect());
        } else if line.starts_with("导出时间") {
            said.exported_at = bracketed(line, "导出时间").and_then(text::time).map(|t| t.0);
        } else if let Some(kind) = bracketed(line, "导出类型").or(bracketed(line, "导出交易类型"))
        {
            said.export_kind = Some(kind.chars().take(40).collect());
        } else if let Some(rest) = line.strip_prefix('共') {
            said.declared.rows = rest.split_once('笔').and_then(|(n, _)| n.parse().ok());
        } else if let Some(total) = total(line, "收入") {
            said.declared.income = Some(total);
        } else if let Some(total) = total(line, "支出") {
            said.declared.spending = Some(total);
        } else if let Some(total) = total(line, "中性交易").or(total(line, "不计收支")) {
            said.declared.neutral = Some(total);
        }
    }
    said
}

/// Whose wallet it is: `微信昵称：[name]` or `姓名：name`.
fn owner(line: &str) -> Option<&str> {
    let name = line.strip_prefix("姓名").and_then(|rest| rest.strip_prefix(['：', ':']));
    let name =
        if line.starts_with("微信昵称") { bracketed(line, "微信昵称") } else { name };
    name.map(text::trim).filter(|name| !name.is_empty())
}

/// `name：[value]` anywhere in the line.
fn bracketed<'t>(line: &'t str, name: &str) -> Option<&'t str> {
    let (_, rest) = line.split_once(name)?;
    let rest = rest.strip_prefix(['：', ':'])?.trim_start().strip_prefix('[')?;
    rest.split_once(']').map(|(value, _)| value)
}

/// `收入：1笔 28.50元`.
fn total(line: &str, name: &str) -> Option<(u64, Fen)> {
    let rest = line.strip_prefix(name)?.strip_prefix(['：', ':'])?;
    let (count, sum) = rest.split_once('笔')?;
    let sum = text::amount(sum.trim().strip_suffix('元')?).ok()?;
    Some((count.trim().parse().ok()?, sum.fen))
}

/// Where what the bill declares differs from the `rows` it has and from `sums`, the count and sum
/// of those that went in, out, and neither way. `legal` if the provider itself says that it may.
pub(crate) fn compare(
    declared: &Declared,
    rows: usize,
    sums: [(u64, Fen); 3],
    legal: bool,
) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let found = rows as u64;
    if let Some(declared) = declared.rows.filter(|n| *n != found) {
        warnings.push(Warning::Count { declared, found, legal });
    }
    let said = [
        (Direction::In, declared.income),
        (Direction::Out, declared.spending),
        (Direction::Neutral, declared.neutral),
    ];
    for ((direction, declared), found) in said.into_iter().zip(sums) {
        if let Some(declared) = declared.filter(|d| *d != found) {
            warnings.push(Warning::Total { direction, declared, found, legal });
        }
    }
    warnings
}
