//! The next command after a refusal. The refusal itself says what is wrong; this says what to type.

use super::say::{Say, say};
use crate::domain::line::bank::BankRefusal;
use crate::domain::line::boxes::BoxRefusal;
use crate::domain::line::funds::FundsRefusal;
use crate::domain::line::goods::GoodsRefusal;
use crate::domain::line::hours::HoursRefusal;
use crate::domain::line::sponsors::SponsorRefusal;
use crate::domain::line::student::StudentRefusal;
use crate::domain::line::ticket::TicketRefusal;
use crate::domain::line::years::YearRefusal;
use crate::domain::refusal::Refusal;

/// The command that most likely helps after `why`, if there is one.
pub(super) fn after(why: &Refusal) -> Option<Say> {
    Some(match why {
        Refusal::UnknownOfficer { .. } | Refusal::NotInOffice { .. } | Refusal::NoRole { .. } => {
            say!(
                "yishan officer list 列出经办人和职责；用 --as 换一位签字",
                "yishan officer list shows who may do what; --as lets another sign"
            )
        }
        Refusal::SamePerson { .. } | Refusal::Hours(HoursRefusal::OwnHours { .. }) => {
            say!(
                "请另一位经办人用 --as 运行同一条命令",
                "another officer runs the same command with --as"
            )
        }
        Refusal::UnknownAccount { .. }
        | Refusal::AccountShut { .. }
        | Refusal::AccountExists { .. } => {
            say!("yishan account list 列出账户", "yishan account list shows the accounts")
        }
        Refusal::NotEnoughHeld { .. }
        | Refusal::NotEnoughFree { .. }
        | Refusal::NotEnoughPromised { .. } => {
            say!(
                "yishan balance 查看各账户和结余",
                "yishan balance shows what is held, free and promised"
            )
        }
        Refusal::RefUsed { place, .. }
        | Refusal::Acknowledged { by: place, .. }
        | Refusal::AlreadyReversed { by: place, .. } => {
            say!("yishan show {place} 查看那一笔", "yishan show {place} shows it")
        }
        Refusal::RefundTooLarge { place, .. }
        | Refusal::OverAllocated { place, .. }
        | Refusal::NotA { place, .. } => {
            say!("yishan show {place} 查看这一笔", "yishan show {place} shows it")
        }
        Refusal::StillNeeded { by, .. } => {
            say!("yishan reverse {by} --why …", "yishan reverse {by} --why …")
        }
        Refusal::Student(why) => return about_students(why),
        Refusal::Bank(why) => return bank(why),
        Refusal::Hours(why) => return hours(why),
        Refusal::Wishes(_) => return wishes(),
        Refusal::Ticket(why) => return tickets(why),
        Refusal::Goods(why) => return after_goods(why),
        Refusal::Year(why) => return years(why),
        Refusal::NotApproved { place, .. } => {
            say!("yishan approve {place} --as 审批人", "yishan approve {place} --as APPROVER")
        }
        Refusal::NotPending { .. } | Refusal::NothingLeft { .. } => {
            say!("yishan status 列出还等着办的事", "yishan status shows what still waits")
        }
        Refusal::AccountNotEmpty { account, .. } => {
            say!(
                "yishan transfer --from {account} --to 另一账户 --amount 金额",
                "yishan transfer --from {account} --to OTHER --amount YUAN"
            )
        }
        Refusal::CloseDay { .. } | Refusal::CloseAhead { .. } | Refusal::CloseDiffers { .. } => {
            return closes(why);
        }
        _ => return pots_and_pairs(why),
    })
}

/// The same for a close that is refused.
fn closes(why: &Refusal) -> Option<Say> {
    Some(match why {
        Refusal::CloseDay { last, .. } => {
            say!(
                "{last} 日结之后记的，都进下一天的日结：过了这一天再 yishan close",
                "what was recorded after the close of {last} is counted by the next: yishan close once that day is over"
            )
        }
        Refusal::CloseAhead { today, .. } => {
            say!("yishan close --day {today}", "yishan close --day {today}")
        }
        _ => say!("yishan close", "yishan close"),
    })
}

/// The same for what is about pots and pairs, whoever refuses it.
fn pots_and_pairs(why: &Refusal) -> Option<Say> {
    Some(match why {
        Refusal::NotEnoughInPot { .. } | Refusal::UnknownPot { .. } => pots(),
        Refusal::NotEnoughEntrusted { .. }
        | Refusal::Sponsor(
            SponsorRefusal::PairExists { .. }
            | SponsorRefusal::UnknownPair { .. }
            | SponsorRefusal::PairEnded { .. }
            | SponsorRefusal::PairHolds { .. }
            | SponsorRefusal::PairNotEmpty { .. },
        ) => pairs(),
        Refusal::Funds(why) => return funds(why),
        Refusal::Box(why) => return boxes(why),
        _ => return None,
    })
}

/// The same for what is about donation boxes.
fn boxes(why: &BoxRefusal) -> Option<Say> {
    Some(match why {
        BoxRefusal::BoxExists { .. }
        | BoxRefusal::UnknownBox { .. }
        | BoxRefusal::MoreThanLeft { .. }
        | BoxRefusal::NotTheBoxs { .. } => {
            say!(
                "yishan cashbox list 列出募捐箱和没存的开箱",
                "yishan cashbox list shows the boxes and the openings not in the bank"
            )
        }
        BoxRefusal::NotCounted { place } => {
            say!(
                "yishan cashbox collect {place} --amount … --as 另一位经办人",
                "yishan cashbox collect {place} --amount … --as ANOTHER"
            )
        }
        BoxRefusal::CountedTwice { place, .. } | BoxRefusal::OtherCash { place, .. } => {
            say!("yishan show {place} 查看那次开箱", "yishan show {place} shows the opening")
        }
        BoxRefusal::NotCash { .. } | BoxRefusal::NotBank { .. } => {
            say!("yishan account list 列出账户", "yishan account list shows the accounts")
        }
        _ => return None,
    })
}

fn pots() -> Say {
    say!("yishan pot list 列出专项和结余", "yishan pot list shows the pots and what they hold")
}

fn pairs() -> Say {
    say!(
        "yishan pair list 列出结对和各有多少代收未付",
        "yishan pair list shows the pairs and what is left of each"
    )
}

/// The same for what is about pots, campaigns and expenses.
fn funds(why: &FundsRefusal) -> Option<Say> {
    Some(match why {
        FundsRefusal::PotExists { .. }
        | FundsRefusal::OtherSource { .. }
        | FundsRefusal::SamePot { .. } => pots(),
        FundsRefusal::UnknownCampaign { .. }
        | FundsRefusal::OutsideCampaign { .. }
        | FundsRefusal::FilingKnown { .. }
        | FundsRefusal::NoCost { .. }
        | FundsRefusal::OverCampaign { .. } => {
            say!(
                "yishan campaign list 列出募捐活动、起止和成本",
                "yishan campaign list shows the campaigns, their days and costs"
            )
        }
        FundsRefusal::OverManagement { .. } => {
            say!(
                "yishan balance 查看全年支出和管理费用",
                "yishan balance shows the year's spending and what management cost of it"
            )
        }
        FundsRefusal::NoConsent { .. } => {
            say!(
                "yishan document 同意书 --kind other 先把同意书记进账本",
                "yishan document FILE --kind other first ties the consent to the ledger"
            )
        }
        _ => return None,
    })
}

/// The same for what is refused about students.
fn about_students(why: &StudentRefusal) -> Option<Say> {
    Some(match why {
        StudentRefusal::UnknownStudent { .. }
        | StudentRefusal::StudentIs { .. }
        | StudentRefusal::StudentExists { .. }
        | StudentRefusal::NotDrawn { .. }
        | StudentRefusal::NoLot { .. } => {
            say!(
                "yishan student list 列出学生代号和进度",
                "yishan student list shows the pseudonyms and how far each has come"
            )
        }
        StudentRefusal::UnknownTerm { term } => {
            say!(
                "yishan student term {term} --from 首日 --to 末日",
                "yishan student term {term} --from DAY --to DAY"
            )
        }
        StudentRefusal::NoStandard { .. } => {
            say!(
                "yishan student standard --level … --amount … --from …",
                "yishan student standard --level … --amount … --from …"
            )
        }
        StudentRefusal::NotDrawnYet { .. } => {
            say!("yishan close，然后 yishan student draw", "yishan close, then yishan student draw")
        }
        StudentRefusal::NotCheckedYet { student, .. } => {
            say!(
                "yishan student backcheck {student} --finding … --as 另一位经办人",
                "yishan student backcheck {student} --finding … --as ANOTHER"
            )
        }
        StudentRefusal::FoundUnfit { student, .. } => {
            say!(
                "yishan student visit {student} --finding …",
                "yishan student visit {student} --finding …"
            )
        }
        StudentRefusal::MoreThanPaid { place, .. } | StudentRefusal::NotItsPot { place, .. } => {
            say!("yishan show {place} 查看那一行", "yishan show {place} shows it")
        }
        StudentRefusal::Drawn { by, .. }
        | StudentRefusal::Conflicted { by, .. }
        | StudentRefusal::ConflictKnown { by, .. } => {
            say!("yishan show {by} 查看那一行", "yishan show {by} shows it")
        }
        _ => return None,
    })
}

/// The same for what is about volunteering.
fn hours(why: &HoursRefusal) -> Option<Say> {
    Some(match why {
        HoursRefusal::UnknownOrg { .. }
        | HoursRefusal::OrgExists { .. }
        | HoursRefusal::OrgTooHigh { .. }
        | HoursRefusal::ChairTaken { .. }
        | HoursRefusal::NotOrganiser { .. } => {
            say!(
                "yishan org list 列出组织、上下级和今天的轮值",
                "yishan org list shows the organisations and who chairs each today"
            )
        }
        HoursRefusal::UnknownVolunteer { .. }
        | HoursRefusal::VolunteerLeft { .. }
        | HoursRefusal::Linked { .. } => {
            say!(
                "yishan volunteer list 列出志愿者代号",
                "yishan volunteer list shows the volunteers' pseudonyms"
            )
        }
        HoursRefusal::UnknownDuty { .. }
        | HoursRefusal::DutyExists { .. }
        | HoursRefusal::DutyFull { .. } => {
            say!("yishan duty list 列出活动", "yishan duty list shows the calendar")
        }
        HoursRefusal::HoursOverlap { volunteer, .. } => {
            say!(
                "yishan hours list {volunteer} 列出此人的时长和位置",
                "yishan hours list {volunteer} shows their hours, with places"
            )
        }
        HoursRefusal::UnknownSkill { .. } => {
            say!(
                "yishan volunteer norms --skill 名字:中文:ENGLISH",
                "yishan volunteer norms --skill HANDLE:中文:ENGLISH"
            )
        }
        _ => return None,
    })
}

/// The same for what is about receipts.
fn tickets(why: &TicketRefusal) -> Option<Say> {
    Some(match why {
        TicketRefusal::Ticketed { by, .. } | TicketRefusal::TicketList { place: by } => {
            say!(
                "yishan ticket red {by} 代码 号码 校验码 --why 原因",
                "yishan ticket red {by} CODE NUMBER CHECK --why REASON"
            )
        }
        _ => say!("yishan ticket list 列出票据", "yishan ticket list shows the receipts"),
    })
}

/// The same for what is about wishes.
/// The command that helps after a refusal about a year.
fn years(why: &YearRefusal) -> Option<Say> {
    Some(match why {
        YearRefusal::YearDaysOpen { .. } => {
            say!("yishan close --day 日期", "yishan close --day DAY")
        }
        YearRefusal::YearOrder { next, .. } => {
            say!("yishan close --year {next}", "yishan close --year {next}")
        }
        YearRefusal::YearUnexplained { .. } => say!(
            "yishan status 列出还没办完的；写明原因用 --why",
            "yishan status shows what waits; --why says why"
        ),
        _ => return None,
    })
}

fn wishes() -> Option<Say> {
    Some(say!(
        "yishan wish list 列出心愿和各到哪一步",
        "yishan wish list shows the wishes and how far each has come"
    ))
}

/// The same after a refusal of a line about goods.
fn after_goods(why: &GoodsRefusal) -> Option<Say> {
    Some(match why {
        GoodsRefusal::SiteExists { .. }
        | GoodsRefusal::UnknownSite { .. }
        | GoodsRefusal::SiteShut { .. }
        | GoodsRefusal::SiteTooDeep { .. }
        | GoodsRefusal::SiteHasBelow { .. }
        | GoodsRefusal::SameSite { .. } => {
            say!("yishan site list 列出站点", "yishan site list shows the sites")
        }
        GoodsRefusal::SiteNotEmpty { site, .. }
        | GoodsRefusal::NotEnoughGoods { site, .. }
        | GoodsRefusal::ShelfInUse { site, .. }
        | GoodsRefusal::StockDiffers { site, .. } => {
            say!(
                "yishan goods list --site {site} 查看库存",
                "yishan goods list --site {site} shows what is there"
            )
        }
        GoodsRefusal::SlipIs { place, .. }
        | GoodsRefusal::MoreThanSent { place, .. }
        | GoodsRefusal::OverSold { place, .. } => {
            say!("yishan show {place} 查看这张单据", "yishan show {place} shows the slip")
        }
        GoodsRefusal::ReasonNeeded { .. } => say!("加上 --why 原因", "say --why REASON"),
        GoodsRefusal::OneRecipient { .. } => {
            say!("--student、--wish、--to 选一个", "say one of --student, --wish and --to")
        }
        GoodsRefusal::UnknownCategory { .. } | GoodsRefusal::CategoryExists { .. } => {
            say!("yishan goods list 列出物资", "yishan goods list shows the goods")
        }
        _ => return None,
    })
}

/// The same for a refusal about a bank's statement.
fn bank(why: &BankRefusal) -> Option<Say> {
    Some(match why {
        BankRefusal::DayNotClosed { day } => {
            say!("yishan close --day {day}", "yishan close --day {day}")
        }
        BankRefusal::NoStatement { account, to } => {
            say!(
                "yishan statement 对账单文件 --account {account} --to {to}",
                "yishan statement FILE --account {account} --to {to}"
            )
        }
        BankRefusal::CashierReconciles { .. } => {
            say!(
                "请出纳以外的记账人或监督人用 --as 运行同一条命令",
                "a clerk or auditor who is no cashier runs the same command with --as"
            )
        }
        _ => return None,
    })
}
