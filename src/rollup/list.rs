//! `FUNDS.toml`: which funds stand under which, where each publishes, and by which key.
//!
//! ```toml
//! name = "镇原县日行一善"              # what the page is called
//!
//! [[fund]]
//! id = "zhenyuan"
//! name = "镇原县志愿者联合会"
//! level = "county"                    # county, township, village or community
//! source = "zhenyuan/public"          # a published folder, as seen from this file, or an address
//! key = "yishan.example/zhenyuan+…"   # the log's key, had from somewhere else than the folder
//!
//! [[fund]]                            # a place without a ledger: neither source nor key
//! id = "pingquan"
//! name = "平泉镇"
//! level = "township"
//! parent = "zhenyuan"
//!
//! [[flow]]                            # money of one fund that is income of another
//! from = "pingquan-cun"
//! paid = "41/0"                       # the payment of an expense
//! to = "zhenyuan"
//! received = "12/3"                   # the gift or the grant
//! ```

use crate::domain::refusal::{Both, texts};
use crate::domain::text::{Id, Place, Text};
use crate::tlog::Verifier;
use crate::words;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// The most bytes of a list.
pub const MAX_LIST: usize = 1 << 20;
/// The most funds: more than a province has counties, or a county villages.
pub const MAX_FUNDS: usize = 2_000;
/// The most flows between them.
pub const MAX_FLOWS: usize = 10_000;
/// The longest source, in bytes.
const MAX_SOURCE: usize = 400;

words! {
    /// How high a fund stands.
    pub enum Tier {
        /// 县
        County = "county", "县", "county";
        /// 乡镇, 街道
        Township = "township", "乡镇", "township";
        /// 村
        Village = "village", "村", "village";
        /// 社区
        Community = "community", "社区", "community";
    }
}

impl Tier {
    /// How far down it is; a community stands beside a village.
    fn step(self) -> u8 {
        match self {
            Tier::County => 0,
            Tier::Township => 1,
            Tier::Village | Tier::Community => 2,
        }
    }
}

/// Where a ledger is published, and by which key it is checked.
#[derive(Clone, Debug)]
pub struct LedgerAt {
    /// A folder, as seen from the list, or an address.
    pub source: String,
    /// The log's key.
    pub key: Verifier,
}

/// A fund of the list, or a place that only has others under it.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Its handle in the list.
    pub id: Id,
    /// What it is called.
    pub name: Text,
    /// How high it stands.
    pub tier: Tier,
    /// The one above it, by its place in [`List::funds`].
    pub parent: Option<usize>,
    /// Its ledger; `None` of a place.
    pub ledger: Option<LedgerAt>,
}

/// Money of one fund that is income of another.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Flow {
    /// Who paid, by its place in [`List::funds`].
    pub from: usize,
    /// The payment in that ledger.
    pub paid: Place,
    /// Who received, by its place in [`List::funds`].
    pub to: usize,
    /// The gift or grant in that ledger.
    pub received: Place,
}

/// The list, in the order of the tree: whoever stands above comes before whoever stands under it.
#[derive(Clone, Debug)]
pub struct List {
    /// What it is a list of.
    pub name: Text,
    /// The funds and places.
    pub funds: Vec<Listed>,
    /// What went from one to another.
    pub flows: Vec<Flow>,
}

texts! {
    /// Why a text is no list of funds.
    ListError:
    ListTooLong { len: usize, max: usize }
        "清单有 {len} 字节，最多 {max}",
        "the list has {len} bytes, and {max} is the most";
    ListShape { why: String }
        "清单的写法不对：{why}",
        "the list is not written as one: {why}";
    ListCount { what: Both, count: usize, max: usize }
        "{what}有 {count} 个，须有 1 到 {max} 个",
        "there are {count} {what}, and 1 to {max} must be";
    ListValue { what: Both, value: String }
        "{what}「{value}」不能用",
        "{value:?} cannot be {what}";
    ListTwice { what: Both, value: String }
        "{what} {value} 写了两次；同一个账本、同一笔钱只能算一次",
        "{what} {value} stands there twice; a ledger, or a payment, counts once";
    ListUnknown { id: String }
        "清单里没有 {id}",
        "the list has no {id}";
    ListHalf { id: Id }
        "{id} 的 source 和 key 须同时写，或者都不写（只是一个地方，没有自己的账本）",
        "of {id} write both source and key, or neither if it is a place without a ledger";
    ListUnder { id: Id, tier: Both, parent: Id, above: Both }
        "{id}（{tier}）不能在 {parent}（{above}）之下；上级须更高一级",
        "{id}, a {tier}, cannot stand under {parent}, a {above}; who is above must be of a higher level";
    ListTop { id: Id, other: Id }
        "{id} 和 {other} 都没有写上级；只有最上面的一个可以不写",
        "{id} and {other} both name no parent; only the one at the top does not";
    ListItself { id: Id }
        "资金往来的付款方和收款方都是 {id}",
        "a flow leads from {id} to {id} itself";
    ListNoLedger { id: Id }
        "{id} 没有账本，不能有资金往来",
        "{id} has no ledger, and no flow can be checked in it";
}

/// The list as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    name: String,
    #[serde(default)]
    fund: Vec<WrittenFund>,
    #[serde(default)]
    flow: Vec<WrittenFlow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenFund {
    id: String,
    name: String,
    level: String,
    parent: Option<String>,
    source: Option<String>,
    key: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenFlow {
    from: String,
    paid: String,
    to: String,
    received: String,
}

impl List {
    /// Reads a list, strictly: a misspelt field is an error, not an ignored one.
    pub fn parse(text: &str) -> Result<List, ListError> {
        let (len, max) = (text.len(), MAX_LIST);
        if len > max {
            return Err(ListError::ListTooLong { len, max });
        }
        let written: Written = toml::from_str(text)
            .map_err(|why| ListError::ListShape { why: why.message().to_owned() })?;
        for (what, count, min, max) in [
            (Both("基金", "funds"), written.fund.len(), 1, MAX_FUNDS),
            (Both("资金往来", "flows"), written.flow.len(), 0, MAX_FLOWS),
        ] {
            if !(min..=max).contains(&count) {
                return Err(ListError::ListCount { what, count, max });
            }
        }
        let name = text_of(&written.name)?;
        let funds = in_order(written.fund.iter().map(listed).collect::<Result<_, _>>()?)?;
        let flows = flows_of(&written.flow, &funds)?;
        Ok(List { name, funds, flows })
    }

    /// How many stand above the one at `at`.
    pub fn depth(&self, at: usize) -> usize {
        let mut depth = 0;
        let mut next = self.funds.get(at).and_then(|fund| fund.parent);
        while let Some(above) = next {
            depth += 1;
            next = self.funds.get(above).and_then(|fund| fund.parent);
        }
        depth
    }
}

fn value(what: Both, value: &str) -> ListError {
    ListError::ListValue { what, value: value.chars().take(MAX_SOURCE).collect() }
}

fn text_of(text: &str) -> Result<Text, ListError> {
    Text::new(text).map_err(|_| value(Both("名称", "a name"), text))
}

fn id_of(text: &str) -> Result<Id, ListError> {
    Id::parse(text.as_bytes()).ok_or_else(|| value(Both("代号", "a handle"), text))
}

/// A fund, with the handle of its parent.
fn listed(fund: &WrittenFund) -> Result<(Listed, Option<Id>), ListError> {
    let (id, name) = (id_of(&fund.id)?, text_of(&fund.name)?);
    let tier = Tier::parse(&fund.level);
    let tier = tier.ok_or_else(|| value(Both("级别", "a level"), &fund.level))?;
    let ledger = match (&fund.source, &fund.key) {
        (None, None) => None,
        (Some(source), Some(key)) => {
            let hidden = source.chars().any(crate::domain::text::is_hidden);
            if source.is_empty() || source.len() > MAX_SOURCE || hidden {
                return Err(value(Both("来源", "a source"), source));
            }
            let key = key.parse().map_err(|_| value(Both("公钥", "a public key"), key))?;
            Some(LedgerAt { source: source.clone(), key })
        }
        _ => return Err(ListError::ListHalf { id }),
    };
    let parent = fund.parent.as_deref().map(id_of).transpose()?;
    Ok((Listed { id, name, tier, parent: None, ledger }, parent))
}

/// The funds, whoever stands above before whoever stands under it, else in the order of the list.
fn in_order(written: Vec<(Listed, Option<Id>)>) -> Result<Vec<Listed>, ListError> {
    let mut known: BTreeMap<Id, Tier> = BTreeMap::new();
    let mut logs: BTreeSet<String> = BTreeSet::new();
    for (fund, _) in &written {
        if known.insert(fund.id, fund.tier).is_some() {
            return Err(twice(Both("代号", "the handle"), &fund.id));
        }
        if let Some(ledger) = &fund.ledger
            && !logs.insert(ledger.key.name().to_owned())
        {
            return Err(twice(Both("账本", "the log"), &ledger.key.name()));
        }
    }
    let mut under: BTreeMap<Option<Id>, Vec<Listed>> = BTreeMap::new();
    for (fund, parent) in written {
        let (id, tier) = (fund.id, fund.tier);
        if let Some(parent) = parent {
            let above = known.get(&parent).copied();
            let above = above.ok_or_else(|| ListError::ListUnknown { id: parent.to_string() })?;
            if above.step() >= tier.step() {
                let (tier, above) = (tier.both(), above.both());
                return Err(ListError::ListUnder { id, tier, parent, above });
            }
        }
        let beside = under.entry(parent).or_default();
        if let (None, Some(top)) = (parent, beside.first()) {
            return Err(ListError::ListTop { id: top.id, other: id });
        }
        beside.push(fund);
    }
    // Each parent is of a higher level, so from the top every one is reached, and once.
    let mut funds = Vec::new();
    lay(&mut under, None, None, &mut funds);
    Ok(funds)
}

fn lay(
    under: &mut BTreeMap<Option<Id>, Vec<Listed>>,
    above: Option<Id>,
    at: Option<usize>,
    out: &mut Vec<Listed>,
) {
    for fund in under.remove(&above).unwrap_or_default() {
        let (id, own) = (fund.id, out.len());
        out.push(Listed { parent: at, ..fund });
        lay(under, Some(id), Some(own), out);
    }
}

fn twice(what: Both, value: &impl ToString) -> ListError {
    ListError::ListTwice { what, value: value.to_string() }
}

fn flows_of(written: &[WrittenFlow], funds: &[Listed]) -> Result<Vec<Flow>, ListError> {
    let at: BTreeMap<Id, usize> = funds.iter().zip(0..).map(|(fund, at)| (fund.id, at)).collect();
    let fund = |text: &str| -> Result<(Id, usize), ListError> {
        let id = id_of(text)?;
        let at = at.get(&id).copied();
        let at = at.ok_or_else(|| ListError::ListUnknown { id: id.to_string() })?;
        let own = funds.get(at).is_some_and(|fund| fund.ledger.is_some());
        if own { Ok((id, at)) } else { Err(ListError::ListNoLedger { id }) }
    };
    let place = |text: &str| {
        Place::parse(text.as_bytes()).ok_or_else(|| value(Both("位置", "a place"), text))
    };
    let (mut flows, mut met) = (Vec::new(), BTreeSet::new());
    for flow in written {
        let ((id, from), (_, to)) = (fund(&flow.from)?, fund(&flow.to)?);
        let (paid, received) = (place(&flow.paid)?, place(&flow.received)?);
        if from == to {
            return Err(ListError::ListItself { id });
        }
        for (fund, place, text) in [(from, paid, &flow.paid), (to, received, &flow.received)] {
            if !met.insert((fund, place)) {
                return Err(twice(Both("往来", "the line"), text));
            }
        }
        flows.push(Flow { from, paid, to, received });
    }
    Ok(flows)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
mod tests {
    use super::*;
    use crate::domain::text::Lang;
    use crate::tlog::Signer;

    fn key(name: &str) -> String {
        Signer::new(&format!("yishan.example/{name}"), &[9; 32]).unwrap().verifier().to_string()
    }

    fn fund(id: &str, level: &str, parent: Option<&str>) -> String {
        let parent = parent.map(|p| format!("parent = \"{p}\"\n")).unwrap_or_default();
        let key = key(id);
        format!(
            "[[fund]]\nid = \"{id}\"\nname = \"{id}\"\nlevel = \"{level}\"\n{parent}source = \"{id}/public\"\nkey = \"{key}\"\n"
        )
    }

    fn good() -> String {
        let funds = [
            fund("cun", "village", Some("zhen")),
            fund("xian", "county", None),
            fund("shequ", "community", Some("xian")),
            fund("zhen", "township", Some("xian")),
        ];
        let flow = "[[flow]]\nfrom = \"cun\"\npaid = \"4/0\"\nto = \"xian\"\nreceived = \"7/1\"\n";
        format!("name = \"镇原县\"\n{}{flow}", funds.concat())
    }

    #[test]
    fn whoever_stands_above_comes_first_whatever_the_order_of_the_file() {
        let list = List::parse(&good()).unwrap();
        let tree: Vec<_> =
            list.funds.iter().zip(0..).map(|(f, at)| (f.id.to_string(), list.depth(at))).collect();
        let want = [("xian", 0), ("shequ", 1), ("zhen", 1), ("cun", 2)];
        assert_eq!(tree, want.map(|(id, depth)| (id.to_owned(), depth)));
        let flow = list.flows[0];
        assert_eq!((flow.from, flow.to, flow.received.to_string()), (3, 0, "7/1".into()));
    }

    #[test]
    fn a_list_is_read_strictly_and_every_refusal_says_why_in_both_languages() {
        let (good, other) = (good(), key("other"));
        let cases = [
            ("ListShape", good.replace("source = \"cun", "sauce = \"cun")),
            ("ListShape", good.replace("name = \"镇原县\"", "")),
            ("ListCount", "name = \"镇原县\"".to_owned()),
            ("ListValue", good.replace("\"township\"", "\"town\"")),
            ("ListValue", good.replace("id = \"cun\"", "id = \"村\"")),
            ("ListValue", good.replace("镇原县", "")),
            ("ListValue", good.replace(&key("cun"), "nothing")),
            ("ListValue", good.replace("cun/public", "cun\\u202epublic")),
            ("ListValue", good.replace("\"4/0\"", "\"four\"")),
            ("ListTwice", good.replace("id = \"shequ\"", "id = \"cun\"")),
            ("ListTwice", good.replace(&key("shequ"), &key("cun"))),
            ("ListUnknown", good.replace("parent = \"zhen\"", "parent = \"other\"")),
            ("ListUnknown", good.replace("to = \"xian\"", "to = \"other\"")),
            ("ListHalf", good.replace("source = \"cun/public\"\n", "")),
            ("ListUnder", good.replace("\"community\"", "\"county\"")),
            ("ListUnder", good.replace("parent = \"zhen\"", "parent = \"shequ\"")),
            ("ListTop", good.replace("parent = \"zhen\"\n", "")),
            ("ListItself", good.replace("to = \"xian\"", "to = \"cun\"")),
            (
                "ListNoLedger",
                good.replace("source = \"cun/public\"\n", "")
                    .replace(&format!("key = \"{}\"\n", key("cun")), ""),
            ),
            ("ListTwice", {
                let flow = good.rsplit("[[flow]]").next().unwrap();
                format!("{good}[[flow]]{flow}")
            }),
            ("ListTooLong", format!("{good}#{}", " ".repeat(MAX_LIST))),
        ];
        assert!(List::parse(&good.replace(&key("cun"), &other)).is_ok());
        let mut met = BTreeSet::new();
        for (code, text) in cases {
            let why = List::parse(&text).expect_err(code);
            assert_eq!(why.code(), code, "{}", why.text(Lang::En));
            assert_ne!(why.text(Lang::Zh), why.text(Lang::En));
            met.insert(code);
        }
        assert_eq!(met.len(), ListError::codes().len(), "each refusal was met");
    }
}
