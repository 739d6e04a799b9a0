//! Everything the rules refuse, one variant a cause, each text in both languages. Kinds of line
//! that share a folder keep their refusals there.
//!
//! A text says what was refused, both values, the rule and what to do; nothing is lost by a
//! refusal.

use super::codec::Malformed;
use super::line::appoint::Role;
use super::line::bank::BankRefusal;
use super::line::boxes::BoxRefusal;
use super::line::funds::FundsRefusal;
use super::line::goods::GoodsRefusal;
use super::line::hours::HoursRefusal;
use super::line::sponsors::SponsorRefusal;
use super::line::student::StudentRefusal;
use super::line::ticket::TicketRefusal;
use super::line::wishes::WishRefusal;
use super::line::years::YearRefusal;
use super::money::Fen;
use super::sums::Move;
use super::text::{Id, Key, Lang, Nonce, Origin, Place, Ref};
use super::time::{Day, Stamp, Wall, Zone};

/// A word in both languages.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Both(pub &'static str, pub &'static str);

impl Both {
    /// The one in the reader's language.
    pub fn pick(self, lang: Lang) -> &'static str {
        lang.pick(self.0, self.1)
    }
}

/// A value that a text names, in the reader's language.
pub(crate) trait Say {
    /// The value as a reader of `lang` sees it.
    fn say(&self, lang: Lang) -> String;

    /// The value as programs read it.
    fn plain(&self) -> String {
        self.say(Lang::En)
    }
}

/// With the thousands marked, as on pages.
impl Say for Fen {
    fn say(&self, _: Lang) -> String {
        self.grouped()
    }

    fn plain(&self) -> String {
        self.to_string()
    }
}

impl Say for Both {
    fn say(&self, lang: Lang) -> String {
        self.pick(lang).to_owned()
    }
}

impl Say for Move {
    fn say(&self, lang: Lang) -> String {
        self.name(lang).to_owned()
    }
}

impl Say for Vec<Role> {
    fn say(&self, lang: Lang) -> String {
        let names: Vec<_> = self.iter().map(|r| r.name(lang)).collect();
        names.join(lang.pick("、", ", "))
    }
}

/// Roles of which one is enough.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AnyOf(pub Vec<Role>);

impl Say for AnyOf {
    fn say(&self, lang: Lang) -> String {
        let names: Vec<_> = self.0.iter().map(|r| r.name(lang)).collect();
        names.join(lang.pick("或", " or "))
    }
}

impl Say for Malformed {
    fn say(&self, lang: Lang) -> String {
        self.text(lang)
    }
}

/// Values that read the same in every language.
macro_rules! say_as_printed {
    ($($type:ty),+) => {
        $(impl $crate::domain::refusal::Say for $type {
            fn say(&self, _: $crate::domain::text::Lang) -> String {
                self.to_string()
            }
        })+
    };
}
pub(crate) use say_as_printed;
say_as_printed!(
    Day, Id, Key, Nonce, Origin, Place, Ref, Stamp, String, Wall, Zone, i64, u64, usize
);

/// Declares an enum whose variants carry their texts; `{field}` stands for the field's value.
/// Behind `with` stand other such enums, each of which it can hold as it is.
macro_rules! texts {
    ($(#[$doc:meta])* $all:ident $(with $($group:ident($inner:ty)),+)?:
     $($name:ident { $($field:ident: $ty:ty),* } $zh:literal, $en:literal;)+) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Eq, PartialEq)]
        #[non_exhaustive]
        #[allow(missing_docs, reason = "each text names its fields")]
        pub enum $all {
            $(#[doc = $en] $name { $($field: $ty),* },)+
            $($(#[doc = "See there."] $group($inner),)+)?
        }

        impl $all {
            /// Every text's name, in this order.
            pub fn codes() -> Vec<&'static str> {
                #[allow(unused_mut, reason = "it may hold no others")]
                let mut codes = vec![$(stringify!($name)),+];
                $($(codes.extend(<$inner>::codes());)+)?
                codes
            }

            /// What is wrong, both values, the rule, and what to do.
            pub fn text(&self, lang: $crate::domain::text::Lang) -> String {
                #[allow(unused_imports, reason = "a text may name no value")]
                use $crate::domain::refusal::Say as _;
                match self {
                    $($all::$name { $($field),* } => {
                        $(let $field = $field.say(lang);)*
                        match lang {
                            $crate::domain::text::Lang::Zh => format!($zh),
                            $crate::domain::text::Lang::En => $crate::domain::english::agree(format!($en)),
                        }
                    })+
                    $($($all::$group(inner) => inner.text(lang),)+)?
                }
            }

            /// The text's name, for machines.
            pub fn code(&self) -> &'static str {
                match self {
                    $($all::$name { .. } => stringify!($name),)+
                    $($($all::$group(inner) => inner.code(),)+)?
                }
            }

            /// The values by name, as programs read them.
            pub fn values(&self) -> Vec<(&'static str, String)> {
                #[allow(unused_imports, reason = "a text may name no value")]
                use $crate::domain::refusal::Say as _;
                match self {
                    $($all::$name { $($field),* } => {
                        vec![$((stringify!($field), $field.plain())),*]
                    })+
                    $($($all::$group(inner) => inner.values(),)+)?
                }
            }
        }

        $($(impl From<$inner> for $all {
            fn from(inner: $inner) -> Self {
                $all::$group(inner)
            }
        })+)?

        impl std::fmt::Display for $all {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.text($crate::domain::text::Lang::En))
            }
        }

        impl std::error::Error for $all {}
    };
}
pub(crate) use texts;

texts! {
    /// Why the rules refuse an entry. The ledger is as it was before.
    Refusal with Student(StudentRefusal), Bank(BankRefusal), Hours(HoursRefusal),
    Wishes(WishRefusal), Goods(GoodsRefusal), Funds(FundsRefusal), Sponsor(SponsorRefusal), Box(BoxRefusal), Ticket(TicketRefusal),
    Year(YearRefusal):
    Form { why: Malformed }
        "不是本账本的写法：{why}；请用 yishan 生成凭证",
        "not this ledger's spelling: {why}; let yishan write the voucher";
    Sequence { found: u64, next: u64 }
        "第 {found} 号记录不在其位，此处应为第 {next} 号",
        "entry {found} stands where entry {next} belongs";
    NotFounded {}
        "账本还没有设立：第一条记录必须只含一行 found",
        "the ledger is not founded: the first entry must be one found line and nothing else";
    FoundTwice {}
        "账本只能设立一次，第 0 号记录已经设立",
        "a ledger is founded once, and entry 0 did it";
    OtherOrigin { found: Origin, ours: Origin }
        "这条记录属于账本 {found}，本账本是 {ours}",
        "this entry belongs to the log {found}, and this log is {ours}";
    OtherZone { found: Zone, ours: Zone }
        "时间写的是时区 {found}，本账本用 {ours}；请改用账本的时区",
        "the time is in zone {found}, and this ledger keeps {ours}; use the ledger's zone";
    TimeWentBack { at: Stamp, last: Stamp }
        "记录时间 {at} 早于上一条的 {last}；请校准电脑时钟后重试",
        "the entry's time {at} is before the last one's {last}; set the clock right and try again";
    MadeTooEarly { made: Stamp, at: Stamp, hours: i64 }
        "凭证制于 {made}，到 {at} 已超过 {hours} 小时；请重新签一张",
        "the voucher was made {made}, more than {hours} hours before {at}; sign a new one";
    MadeTooLate { made: Stamp, at: Stamp, minutes: i64 }
        "凭证制于 {made}，比入账时间 {at} 晚了 {minutes} 分钟以上；请校准时钟后重签",
        "the voucher was made {made}, more than {minutes} minutes after {at}; set the clock right and sign again";
    NonceUsed { nonce: Nonce, entry: u64 }
        "随机数 {nonce} 的凭证已经是第 {entry} 号记录；同一张凭证不会记两次，无需再做什么",
        "the voucher with nonce {nonce} is already entry {entry}; it is not entered twice, and nothing is left to do";
    UnknownOfficer { officer: Id }
        "{officer} 不是本账本的经办人；请先由管理员任命",
        "{officer} is not an officer of this ledger; a steward must appoint them first";
    NotInOffice { officer: Id, until: Day, day: Day }
        "{officer} 的任期到 {until} 为止，今天是 {day}；请重新任命",
        "the term of {officer} ended {until}, and this is {day}; appoint them anew";
    BadSignature { officer: Id, key: Key }
        "签名与 {officer} 登记的公钥 {key} 不符；请用该经办人自己的密钥重签",
        "the signature is not by {officer}'s registered key {key}; sign with that officer's own key";
    NoRole { officer: Id, has: Vec<Role>, need: AnyOf }
        "{officer} 的职责是 {has}，这一行需要 {need}；请由相应经办人来记",
        "{officer} has the roles {has}, and this line needs {need}; let such an officer record it";
    RolesOrder { officer: Id, roles: Vec<Role> }
        "{officer} 的职责 {roles} 没有按次序或有重复",
        "the roles {roles} of {officer} are out of order or repeated";
    OfficerExists { officer: Id }
        "{officer} 已在任或正待确认；换密钥请先卸任再任命",
        "{officer} is in office or waiting to be confirmed; to change a key, retire them and appoint again";
    KeyInUse { key: Key, officer: Id }
        "公钥 {key} 已属于 {officer}；每个人、每次任命都要用新的密钥",
        "the key {key} belongs to {officer}; every person and every appointment has a key of its own";
    WeakKey { key: Key, officer: Id }
        "{officer} 的公钥 {key} 是弱密钥，任何人都可能伪造签名；请用 yishan key new 重新生成",
        "the key {key} of {officer} is weak, and signatures under it could be forged; make one with yishan key new";
    TermOver { until: Day, day: Day }
        "任期 {until} 在今天 {day} 之前",
        "the term ends {until}, before this day {day}";
    TooFewOfficers { left: usize, need: usize, role: Both }
        "卸任后只剩 {left} 名{role}，至少要 {need} 名；请先任命接任者",
        "this would leave {left} in the role {role}, and {need} is the least; appoint a successor first";
    QuorumTooHigh { quorum: u64, stewards: usize }
        "章程要求 {quorum} 名管理员同意，而管理员只有 {stewards} 名",
        "the policy asks for {quorum} stewards to agree, and there are {stewards}";
    LimitsOrder { previous: Fen, next: Fen }
        "审批档次要从 0 开始逐级升高，这里 {previous} 之后是 {next}",
        "the approval limits start at 0 and rise, and here {next} follows {previous}";
    ApprovalsOutOfReach { need: u64, approvers: usize }
        "章程要求 {need} 人审批，而可审批的只有 {approvers} 人；提案人不能审批自己的提案",
        "the policy asks for {need} approvals, and {approvers} could give one; nobody approves their own proposal";
    SoloWithMany { officers: usize }
        "一人基金只能有 1 名经办人，这里有 {officers} 名；请去掉 solo",
        "a one-officer fund has 1 officer, and here are {officers}; leave out solo";
    AccountExists { account: Id }
        "账户 {account} 已经开立；请换一个名字",
        "the account {account} was opened before; choose another name";
    UnknownAccount { account: Id }
        "没有账户 {account}；请先 yishan account open",
        "there is no account {account}; open it first with yishan account open";
    AccountShut { account: Id }
        "账户 {account} 已经关闭；请用仍开立的账户",
        "the account {account} is shut; use one that is open";
    AccountNotEmpty { account: Id, held: Fen }
        "账户 {account} 还有 {held} 元，关闭须为 0.00 元；请先转出",
        "the account {account} holds {held} yuan, and to be shut it must hold 0.00; transfer it first";
    SameAccount { account: Id }
        "转出和转入是同一个账户 {account}",
        "both sides of the transfer are the account {account}";
    RefUsed { reference: Ref, place: Place }
        "凭号 {reference} 在 {place} 已经入账；同一笔钱只记一次，无需再做什么",
        "the reference {reference} is already booked at {place}; the same money is booked once, and nothing is left to do";
    PaidInFuture { paid: Wall, at: Stamp }
        "付款时间 {paid} 晚于入账时间 {at}；请核对账单",
        "the payment's time {paid} is after the entry's {at}; check the bill";
    PaidBeforeProposed { place: Place, on: Day, paid: Wall }
        "{place} 在 {on} 才提出，不会在 {paid} 已经支付；请核对付款时间",
        "{place} was proposed on {on} and cannot have been paid at {paid} already; check the payment's time";
    NotEnoughHeld { account: Id, held: Fen, need: Fen }
        "账户 {account} 只有 {held} 元，不够 {need} 元；请核对金额，或先记收款、转账",
        "the account {account} holds {held} yuan and {need} are needed; check the amount, or book what came in first";
    NotEnoughFree { free: Fen, need: Fen }
        "未安排的结余只有 {free} 元，不够 {need} 元；请减少金额，或先撤回未支付的拨款",
        "{free} yuan are not yet promised and {need} are needed; lower the amount, or release an unpaid allocation first";
    NotEnoughPromised { promised: Fen, need: Fen }
        "已安排待付的只有 {promised} 元，不够 {need} 元",
        "{promised} yuan are promised and {need} are needed";
    NotEnoughInPot { pot: Id, held: Fen, need: Fen }
        "专项 {pot} 只有 {held} 元，不够 {need} 元；限定用途的钱只能用于本专项，请减少金额，或先办用途变更",
        "the pot {pot} holds {held} yuan and {need} are needed; restricted money serves its purpose alone: lower the amount, or file a change of purpose first";
    NotEnoughEntrusted { agency: Fen, need: Fen }
        "代收代付的钱共 {agency} 元，不够 {need} 元",
        "{agency} yuan are entrusted and {need} are needed";
    UnknownPot { pot: Id }
        "没有专项 {pot}；请先 yishan pot open",
        "there is no pot {pot}; open it first with yishan pot open";
    TooMuchMoney { kind: Move, sum: Fen, more: Fen }
        "{kind} 合计 {sum} 元再加 {more} 元超出账本上限",
        "the sum of {kind}, {sum} yuan, cannot take {more} more: the ledger's limit";
    NoSuchLine { place: Place }
        "{place} 没有这样一行；请用 yishan show 查看编号",
        "there is no line at {place}; yishan show tells the places";
    NotA { place: Place, found: Both, want: Both }
        "{place} 是{found}，这里需要{want}；请核对编号",
        "{place} holds another kind of line ({found}) than is needed here ({want}); check the place";
    AlreadyReversed { place: Place, by: Place }
        "{place} 已由 {by} 冲正，不能再冲正",
        "{place} was reversed by {by} and cannot be reversed again";
    NotReversible { place: Place, found: Both }
        "{place} 是{found}，不能冲正；只有动钱的行可以",
        "{place} ({found}) cannot be reversed; only lines that moved money can";
    StillNeeded { place: Place, by: Place }
        "{place} 还被 {by} 依据着；请先冲正后者",
        "{place} is what {by} rests on; reverse that first";
    RefundTooLarge { place: Place, left: Fen, need: Fen }
        "{place} 的捐款可退余额 {left} 元，要退 {need} 元；退款不能超过捐款",
        "the gift at {place} has {left} yuan left to refund, and {need} were asked; a refund never exceeds its gift";
    SamePerson { officer: Id, did: Both, now: Both }
        "{officer} 已经{did}，不能再{now}；请由另一位经办人来做",
        "{officer} did this: {did}; and cannot also do this: {now}. Another officer must";
    NothingLeft { place: Place, fen: Fen }
        "{place} 的拨款 {fen} 元已全部支付，没有可撤回的",
        "the allocation at {place}, {fen} yuan, is paid in full and leaves nothing to release";
    NotPending { place: Place, state: Both }
        "{place} 的提案现为{state}，不再等待审批",
        "the proposal at {place} is {state} and no longer waits for a decision";
    NotApproved { place: Place, state: Both }
        "{place} 的拨款现为{state}，批准之后才能支付",
        "the allocation at {place} is {state}; only an approved one is paid";
    OverAllocated { place: Place, left: Fen, need: Fen }
        "{place} 的拨款只剩 {left} 元未付，要付 {need} 元；支付不能超过拨款",
        "the allocation at {place} has {left} yuan left to pay, and {need} were asked; a payment never exceeds its allocation";
    Acknowledged { place: Place, by: Place }
        "{place} 的支付已由 {by} 确认收到",
        "the payment at {place} was acknowledged by {by}";
    NothingCorrected { figure: u64 }
        "更正前后都是 {figure}；没有变的数不必公告",
        "{figure} is what was told and what is right; a figure that stays needs no notice";
    CloseDay { day: Day, last: Day }
        "{day} 不晚于上次日结的 {last}；每天只结一次，按日期先后",
        "{day} is not after the last close, {last}; a day is closed once, in order";
    CloseAhead { day: Day, today: Day }
        "今天是 {today}，还不能结 {day}",
        "this is {today}, and {day} cannot be closed yet";
    CloseDiffers { field: String, stated: String, replayed: String }
        "日结的 {field} 写的是 {stated}，重算为 {replayed}；请重新日结",
        "the close states {stated} for {field}, and the replay gives {replayed}; make the close anew";
    CloseNotAlone { lines: usize }
        "日结必须独占一张凭证，这张有 {lines} 行",
        "a close has a voucher to itself, and this one has {lines} lines";
    Unbalanced { held: Fen, funds: Fen }
        "账户共 {held} 元，各项资金共 {funds} 元，两者必须相等",
        "the accounts hold {held} yuan, what they are for is {funds}, and the two must be equal";
    TooMany { what: Both, max: usize }
        "{what}已达上限 {max}",
        "the limit of {max} for {what} is reached";
}

impl From<Malformed> for Refusal {
    fn from(why: Malformed) -> Self {
        Refusal::Form { why }
    }
}
