//! What was found false, and what could not be checked: two lists that never mix.
//!
//! False is only what contradicts a signature or the rules, or is missing from a folder at hand.
//! What a network did not deliver, also by saying 404, is a doubt: no signature says that it should
//! have come this way today.

use super::check::Check;
use super::source::SourceError;
use crate::domain::refusal::{Say, say_as_printed, texts};
use crate::domain::text::Lang;
use crate::replay::Wrong;
use crate::tlog::{BundleError, CheckpointError, Hash, ProofError, TlogProofError};

say_as_printed!(BundleError, CheckpointError, Hash, ProofError, SourceError, TlogProofError);

impl Say for Wrong {
    fn say(&self, lang: Lang) -> String {
        self.text(lang)
    }
}

texts! {
    /// Why a published ledger was not believed: both values, the file, and the entry if it is one.
    Distrust:
    Note { file: String, why: CheckpointError }
        "{file} 不是本账本签名的检查点：{why}",
        "{file} is not a checkpoint signed by this log: {why}";
    Origin { file: String, stated: String, expected: String }
        "{file} 属于账本 {stated}，而公钥属于 {expected}；若是拿错了公钥，请换这个账本的再核验",
        "{file} is of the log {stated}, and the key is of {expected}; if the key was the wrong one, check again with that of this log";
    Older { file: String, stated: u64, known: u64 }
        "{file} 只有 {stated} 条记录，而先前已签过 {known} 条：旧的被当作新的，或者记录被撤掉了",
        "{file} has {stated} entries, and {known} were signed before: an old state is served as new, or entries were taken away";
    TwoHistories { file: String, size: u64, stated: Hash, known: Hash }
        "同样是 {size} 条记录，{file} 的根是 {stated}，先前签的是 {known}：有两份历史",
        "for the same {size} entries {file} signs the root {stated}, and {known} was signed before: there are two histories";
    Rewritten { file: String, old: u64, known: Hash, size: u64, stated: Hash, why: ProofError }
        "{file}（{size} 条，根 {stated}）不是先前 {old} 条（根 {known}）的延续：历史被改写；{why}",
        "{file} ({size} entries, root {stated}) does not continue the {old} entries signed before (root {known}): history was rewritten; {why}";
    Missing { file: String, size: u64 }
        "缺少 {file}，而签名的检查点有 {size} 条记录，必须公布它",
        "{file} is missing, and a signed checkpoint of {size} entries must be served with it";
    Lost { file: String, size: u64, recorded: u64 }
        "{file} 签了 {size} 条记录，而流水只有 {recorded} 行：少了，或有一行被改坏；yishan doctor 会指出在哪里",
        "{file} signs {size} entries, and the journal has {recorded} lines: some are gone, or one was damaged; yishan doctor says where";
    TooLong { file: String, len: u64, max: u64 }
        "{file} 有 {len} 字节或更多，最多只能有 {max} 字节",
        "{file} has {len} bytes or more, and {max} are the most it can have";
    TileLength { file: String, len: u64, expected: u64 }
        "{file} 有 {len} 字节，应为 {expected} 字节",
        "{file} has {len} bytes, and {expected} belong there";
    Tile { file: String, row: u64, stated: Hash, computed: Hash }
        "{file} 第 {row} 行写的是 {stated}，重算为 {computed}",
        "row {row} of {file} is {stated}, and its entries give {computed}";
    Edge { file: String, size: u64, stated: Hash, computed: Hash }
        "{file} 签的 {size} 条记录的根是 {stated}，公布的未满瓦片重算为 {computed}",
        "{file} signs the root {stated} for {size} entries, and the published partial tiles give {computed}";
    Bundle { file: String, entry: u64, why: BundleError }
        "{file}（自第 {entry} 号记录起）读不通：{why}",
        "{file}, which begins with entry {entry}, does not add up: {why}";
    Leaf { entry: u64, file: String, stated: Hash, computed: Hash }
        "第 {entry} 号记录（{file}）的哈希重算为 {computed}，签名的树里是 {stated}：这条记录被改动、抽换或移位",
        "entry {entry} in {file} hashes to {computed}, and the signed tree has {stated}: it was changed, replaced or moved";
    Root { file: String, size: u64, stated: Hash, computed: Hash }
        "{file} 签的 {size} 条记录的根是 {stated}，由记录重算为 {computed}",
        "{file} signs the root {stated} for {size} entries, and the entries give {computed}";
    Entry { file: String, why: Wrong }
        "{why}（{file}）",
        "{why} (in {file})";
    Bytes { file: String, at: u64, stated: String, computed: String }
        "{file} 从第 {at} 字节起是 {stated}，重算为 {computed}",
        "{file} has {stated} from byte {at} on, and the entries give {computed}";
    Address { file: String, stated: String }
        "{file} 写的是 {stated}，不是一行网址",
        "{file} says {stated}, which is no web address on a line of its own";
    Proof { file: String, why: TlogProofError }
        "{file} 不是这条日结的证明：{why}",
        "{file} does not prove this day close: {why}";
    ProofIndex { file: String, stated: u64, computed: u64 }
        "{file} 证明的是第 {stated} 号记录，而这一天的日结是第 {computed} 号",
        "{file} is a proof for entry {stated}, and the close of that day is entry {computed}";
    ProofHistory { file: String, size: u64, stated: Hash, why: ProofError }
        "{file} 里 {size} 条记录的检查点（根 {stated}）不是本账本的前段：{why}",
        "{file} holds a checkpoint of {size} entries (root {stated}) that is not the beginning of this log: {why}";
}

texts! {
    /// Why something could not be checked. It says nothing against the ledger, and nothing for it.
    Doubt:
    Nothing { file: String }
        "这里没有 {file}：还没有公布，或者地址不对",
        "there is no {file} here: nothing is published, or the address is wrong";
    Source { why: SourceError }
        "读取失败：{why}",
        "reading failed: {why}";
    Page { url: String }
        "{url} 答复的是一个网页，不是这个文件：可能是网络的登录页，或者网站没有它；请先登录网络，或换个网络再检查",
        "{url} answers with a web page in place of the file: a network that wants you to sign in, or a host without it; sign in or use another network, and check again";
    Withheld { file: String, size: u64 }
        "对方没有给出 {file}，而它签了 {size} 条记录：可能正在发布，也可能被扣下；请稍后再试",
        "{file} was not served, though a checkpoint of {size} entries is: it is being published, or withheld; try again later";
    KeyName { name: String }
        "公钥的名字 {name} 不是账本名，无法按本账本的规则检查",
        "the key's name {name} is not the name of a ledger, so the rules cannot be applied";
    Newer { entry: u64, tag: String }
        "第 {entry} 号记录有本版本不认识的种类 {tag}；请用更新的版本检查",
        "entry {entry} has a line of a kind this version does not know, {tag}; check with a newer one";
    OtherVersion { file: String, stated: String, ours: String }
        "{file} 由 {stated} 生成，本程序是 {ours}，无法逐字节比较；账目本身已另行检查",
        "{file} was made by {stated} and this is {ours}, so it cannot be compared byte for byte; the ledger itself is checked apart";
    Moving { before: u64, after: u64 }
        "检查期间发布了新内容（{before} 条之后为 {after} 条）；请重新检查",
        "while this was read something new was published ({before} entries, then {after}); check again";
    Address { before: String, stated: String }
        "公示网址正在更换（从「{before}」换成「{stated}」）；请稍后重新检查",
        "the published address is being changed (from \"{before}\" to \"{stated}\"); check again later";
    Waiting { have: u64, need: u64 }
        "等待见证人：已有 {have} 个签名，需要 {need} 个",
        "waiting for witnesses: {have} have signed, {need} are needed";
    Earlier { why: CheckpointError }
        "给出的先前检查点读不通：{why}",
        "the earlier checkpoint that was given cannot be used: {why}";
    Lookup { what: String, why: String }
        "无法取得 {what}：{why}",
        "{what} could not be looked up: {why}";
}

impl Distrust {
    /// The entry it is about, if it is about one.
    pub fn entry(&self) -> Option<u64> {
        match self {
            Distrust::Leaf { entry, .. } | Distrust::Bundle { entry, .. } => Some(*entry),
            Distrust::Entry { why, .. } => Some(why.entry()),
            Distrust::ProofIndex { computed, .. } => Some(*computed),
            _ => None,
        }
    }

    /// The file it was found in, relative to the published folder.
    pub fn file(&self) -> Option<String> {
        self.values().into_iter().find(|(name, _)| *name == "file").map(|(_, file)| file)
    }
}

impl From<SourceError> for Doubt {
    fn from(why: SourceError) -> Doubt {
        match why {
            SourceError::Page { url } => Doubt::Page { url },
            why => Doubt::Source { why },
        }
    }
}

/// Why a check ended early.
#[derive(Clone, Debug)]
pub(super) enum Stop {
    /// Found false.
    False(Check, Box<Distrust>),
    /// Could not be checked.
    Unsure(Check, Box<Doubt>),
}

impl Stop {
    /// `check` found this false.
    pub(super) fn wrong(check: Check, why: Distrust) -> Stop {
        Stop::False(check, Box::new(why))
    }

    /// The entry it is about, if it is about one.
    pub(super) fn entry(&self) -> Option<u64> {
        match self {
            Stop::False(_, why) => why.entry(),
            Stop::Unsure(..) => None,
        }
    }

    /// This kept `check` from its work.
    pub(super) fn unsure(check: Check, why: Doubt) -> Stop {
        Stop::Unsure(check, Box::new(why))
    }
}

impl std::fmt::Display for Stop {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Stop::False(_, why) => why.fmt(f),
            Stop::Unsure(_, why) => why.fmt(f),
        }
    }
}
