//! What is checked: a catalogue, each check by its name.

use crate::domain::refusal::Refusal;
use crate::domain::text::Lang;
use crate::replay::Wrong;

/// Declares the checks: variant, name, titles, what a pass proves.
macro_rules! checks {
    ($($(#[$doc:meta])* $check:ident $name:literal, $zh:literal, $en:literal,
        $proves_zh:literal, $proves_en:literal;)+) => {
        /// One thing that `verify` checks. Names are stable: machines may rely on them.
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub enum Check { $($(#[$doc])* $check,)+ }

        impl Check {
            /// Every check, in the order in which they are reported.
            pub const ALL: &[Check] = &[$(Check::$check),+];

            /// The name that machines use.
            pub fn name(self) -> &'static str {
                match self { $(Check::$check => $name,)+ }
            }

            /// What people call it.
            pub fn title(self, lang: Lang) -> &'static str {
                match self { $(Check::$check => lang.pick($zh, $en),)+ }
            }

            /// What it proves.
            pub fn proves(self, lang: Lang) -> &'static str {
                match self { $(Check::$check => lang.pick($proves_zh, $proves_en),)+ }
            }
        }
    };
}

checks! {
    /// Signature and origin of the checkpoint.
    Checkpoint "checkpoint", "检查点签名", "checkpoint signature",
        "本账本的公钥签了这个大小和这个根", "this log's key signed this size and this root";
    /// Cosignatures of witnesses.
    Witnesses "witnesses", "见证人", "witnesses",
        "见证人看到的是同一份历史", "the witnesses saw the same history";
    /// Consistency with a checkpoint kept from earlier.
    Since "since", "自上次以来", "since an earlier checkpoint",
        "上次的检查点之前没有任何改写", "nothing before the earlier checkpoint was rewritten";
    /// Hash tiles against the signed root.
    Tiles "tiles", "哈希瓦片", "hash tiles",
        "公开的瓦片就是签过名的那棵树", "the published tiles are the signed tree";
    /// Entry bundles against the tiles.
    Bundles "bundles", "记录文件", "entry bundles",
        "每条记录的字节都在签过名的树里", "the bytes of every entry are in the signed tree";
    /// The root over all entries.
    Root "root", "默克尔根", "Merkle root",
        "由全部记录重算的根等于签名的根", "the root recomputed from all entries is the signed one";
    /// The chain of entries.
    Chain "chain", "哈希链", "hash chain",
        "每条记录都写明上一条的哈希", "every entry names the hash of the one before it";
    /// The spelling of entries.
    Form "form", "记录格式", "entry form",
        "每条记录都是唯一的写法", "every entry has the one spelling";
    /// Officers' signatures.
    Vouchers "vouchers", "凭证签名", "voucher signatures",
        "每张凭证都由其经办人签名", "every voucher is signed by its officer";
    /// Officers' rights at the time.
    Officers "officers", "经办权限", "officers' rights",
        "经办人当时在任、有此职责，且没有自批自付",
        "the officer was in office, had the role, and did not approve or pay their own proposal";
    /// The rules.
    Rules "rules", "记账规则", "rules",
        "没有一行违反规则，没有一笔重复", "no line breaks a rule and nothing is booked twice";
    /// Balances.
    Balances "balances", "收支平衡", "balances",
        "每条记录之后账户合计等于基金加待付，没有透支",
        "after every entry the accounts equal fund and promises, and none is overdrawn";
    /// Day closes.
    Closes "closes", "日结", "day closes",
        "每个日结的数字都等于重算的数字", "every day close states exactly the recomputed numbers";
    /// Day files and their proofs.
    Days "days", "日结文件", "day files",
        "每天的公布文件就是账本里的日结，并附证明",
        "each day's file is the close in the ledger, with its proof";
    /// Hints for finding a gift.
    Find "find", "查找索引", "find hints",
        "按凭号查到的就是那一笔", "looking up a reference leads to its line";
    /// Files for machines, and the log's key.
    Machine "machine", "机器可读文件", "machine-readable files",
        "公布的数据文件与重算逐字节相同", "the data files are, byte for byte, what the entries give";
    /// Pages for people.
    Pages "pages", "网页", "pages",
        "网页与重算逐字节相同", "the pages are, byte for byte, what the entries give";
    /// Files beside the expected ones.
    Strays "strays", "其他文件", "other files",
        "旧的瓦片文件是同一份数据的前段", "older partial tiles hold the beginning of the same data";
}

impl Check {
    /// The check that a replay failed.
    pub(super) fn of(wrong: &Wrong) -> Check {
        match wrong {
            Wrong::Form { .. } => Check::Form,
            Wrong::Chain { .. } => Check::Chain,
            Wrong::Tree { .. } => Check::Root,
            Wrong::Rule { why, .. } => Check::of_rule(why),
        }
    }

    fn of_rule(why: &Refusal) -> Check {
        match why {
            Refusal::BadSignature { .. } | Refusal::WeakKey { .. } => Check::Vouchers,
            Refusal::UnknownOfficer { .. }
            | Refusal::NotInOffice { .. }
            | Refusal::NoRole { .. }
            | Refusal::SamePerson { .. } => Check::Officers,
            Refusal::Unbalanced { .. }
            | Refusal::NotEnoughHeld { .. }
            | Refusal::NotEnoughFree { .. }
            | Refusal::NotEnoughPromised { .. }
            | Refusal::TooMuchMoney { .. } => Check::Balances,
            Refusal::CloseDay { .. }
            | Refusal::CloseAhead { .. }
            | Refusal::CloseDiffers { .. }
            | Refusal::CloseNotAlone { .. } => Check::Closes,
            _ => Check::Rules,
        }
    }
}
