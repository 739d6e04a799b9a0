//! 志愿服务: organisations, who serves in them, and how long.
//!
//! [`org`] enters an organisation under another, [`chair`] says whose turn it is to keep its hours,
//! [`volunteer`] enrols somebody under a pseudonym, [`duty`] puts an activity on the calendar,
//! [`serve`] states the hours, [`correct`] puts others in their place, [`certify`] sums them up.
//! Who organises records, and who records certifies; nobody does so for themselves
//! (民政部令第 67 号). Time is whole minutes, and a volunteer has but one minute at a time.

pub mod certify;
pub mod chair;
pub mod clock;
pub mod correct;
pub mod duty;
pub mod norms;
pub mod org;
pub mod serve;
pub mod volunteer;

use self::certify::Certify;
use self::chair::{Turn, TurnKey};
use self::clock::Clock;
use self::duty::Planned;
use self::norms::Norms;
use self::org::Org;
use self::serve::Serve;
use self::volunteer::Volunteer;
use super::appoint::Role;
use crate::domain::books::Act;
use crate::domain::codec::List;
use crate::domain::refusal::{Both, Refusal, say_as_printed, texts};
use crate::domain::text::{Id, Place};
use crate::domain::time::Day;
use crate::{record, tables, words};

words! {
    /// How high an organisation stands, the highest first.
    pub enum OrgLevel {
        /// 总队
        Corps = "corps", "总队", "corps";
        /// 支队
        Branch = "branch", "支队", "branch";
        /// 分队
        Squad = "squad", "分队", "squad";
        /// 服务队
        Team = "team", "服务队", "team";
    }
}

words! {
    /// Where an organisation is at home.
    pub enum Ground {
        /// The county as a whole.
        County = "county", "县", "county";
        /// A township, street or park.
        Township = "township", "乡镇街道", "township";
        /// A community.
        Community = "community", "社区", "community";
        /// A village.
        Village = "village", "村", "village";
        /// A trade or an office.
        Trade = "trade", "行业", "trade";
        /// Directly under the highest.
        Direct = "direct", "直属", "direct";
        /// A special skill or cause.
        Special = "special", "特色", "special";
        /// Anything else.
        Other = "other", "其他", "other";
    }
}

record! {
    /// A figure of which only a lower bound is known, such as 2000余.
    #[derive(Copy)]
    pub struct AtLeast {
        /// The bound.
        least: u64 = "least",
    }
}

record! {
    /// What an organisation says of the time before the ledger. It is shown beside the ledger's own
    /// figures and never added to them.
    #[derive(Copy)]
    pub struct Brought {
        /// Volunteers.
        volunteers: Option<AtLeast> = "volunteers",
        /// Person-times.
        times: Option<AtLeast> = "times",
        /// Hours.
        hours: Option<AtLeast> = "hours",
    }
}

/// The most skills of one volunteer.
pub const MAX_OWN_SKILLS: usize = 8;
/// How often one volunteer may have served on one day.
pub const MAX_SPANS: usize = 24;

record! {
    /// A volunteer's day.
    #[derive(Copy, Ord, PartialOrd)]
    pub struct OnDay {
        /// The pseudonym.
        volunteer: Id = "volunteer",
        /// The day.
        day: Day = "day",
    }
}

record! {
    /// Hours as they now stand.
    #[derive(Copy)]
    pub struct Span {
        /// The line that stated them.
        at: Place = "at",
        /// The duty.
        duty: Id = "duty",
        /// From when.
        from: Clock = "from",
        /// To when.
        to: Clock = "to",
    }
}

/// What a volunteer did on a day.
type Spans = List<Span, 0, MAX_SPANS>;

tables! {
    /// What the books know of volunteering.
    pub struct Hours {
        /// The norms, the newest last.
        norms: Table<Place, Norms> = "norms",
        /// Organisations by handle.
        orgs: Table<Id, Org> = "orgs",
        /// Turns of the chair.
        chairs: Table<TurnKey, Turn> = "chairs",
        /// Volunteers by pseudonym.
        volunteers: Table<Id, Volunteer> = "volunteers",
        /// Officers who are volunteers too, and which.
        linked: Table<Id, Id> = "linked",
        /// Duties by handle.
        duties: Table<Id, Planned> = "duties",
        /// Hours by volunteer and day.
        spans: Table<OnDay, Spans> = "spans",
        /// Certificates by place.
        certificates: Table<Place, Certify> = "certificates",
    }
}

say_as_printed!(Clock);

texts! {
    /// Why a line about volunteering is refused.
    HoursRefusal:
    StarsOrder { previous: u64, next: u64 }
        "星级的小时数要逐级升高，这里 {previous} 之后是 {next}；请由低到高写五个数",
        "the hours of the stars rise, and here {next} follows {previous}; write five from low to high";
    HandlesOrder { previous: Id, next: Id }
        "名字要按字母次序、各写一次，这里 {previous} 之后是 {next}；请排好再写",
        "handles stand in the order of their letters, each once, and here {next} follows {previous}; put them in order";
    UnknownSkill { skill: Id }
        "规程里没有技能 {skill}；请管理员先把它写进志愿规程",
        "the norms have no skill {skill}; a steward adds it to the norms first";
    OrgExists { org: Id }
        "组织 {org} 已经登记；请换一个名字",
        "the organisation {org} is there already; choose another handle";
    UnknownOrg { org: Id }
        "没有组织 {org}；请先 yishan org add",
        "there is no organisation {org}; enter it first with yishan org add";
    OrgTooHigh { org: Id, level: Both, above: Both }
        "{org} 是{level}，上级是{above}；下级要低于上级，没有上级的只能是总队",
        "{org} is a {level}, and above it is {above}; each stands below the one it belongs to, and only a corps below none";
    PeriodOrder { from: Day, until: Day }
        "期间从 {from} 到 {until}，末日早于首日；请核对日期",
        "the period from {from} to {until} ends before it begins; check the days";
    ChairTaken { org: Id, officer: Id, from: Day, until: Day }
        "{org} 在 {from} 至 {until} 由 {officer} 轮值，同一天只有一人；请另选期间",
        "{officer} chairs {org} from {from} to {until}, and a day has one chair; choose other days";
    NotOrganiser { officer: Id, org: Id }
        "{officer} 今天不是 {org} 或其上级的轮值，也不是管理员；谁组织谁记录，请由其中一位来记",
        "{officer} chairs neither {org} nor one above it today, and is no steward; who organises records: let one of them do it";
    Linked { officer: Id, volunteer: Id }
        "经办人 {officer} 登记的志愿者是 {volunteer}，这一联系不能改；请核对代号",
        "the officer {officer} is the volunteer {volunteer}, and that stays so; check the pseudonym";
    UnknownVolunteer { volunteer: Id }
        "没有代号为 {volunteer} 的志愿者；请先 yishan volunteer enrol",
        "there is no volunteer {volunteer}; enrol them first with yishan volunteer enrol";
    VolunteerLeft { volunteer: Id }
        "志愿者 {volunteer} 已退出；如又参加，请先重新登记",
        "the volunteer {volunteer} has left; if they serve again, enrol them anew";
    OwnHours { officer: Id, volunteer: Id }
        "{volunteer} 就是经办人 {officer} 本人；自己的时长不能自己记录、更正或证明，请由另一位来做",
        "{volunteer} is the officer {officer}; nobody records, corrects or certifies their own hours, so let another do it";
    DutyExists { duty: Id }
        "活动 {duty} 已经登记；请换一个名字",
        "the duty {duty} is there already; choose another handle";
    UnknownDuty { duty: Id }
        "没有活动 {duty}；请先 yishan duty add",
        "there is no duty {duty}; put it on the calendar first with yishan duty add";
    BeforeFounding { day: Day, founded: Day }
        "{day} 早于账本设立的 {founded}；以前的时长请写在组织的期初数里",
        "{day} is before the founding on {founded}; what was served earlier is brought forward with the organisation";
    OutsideDuty { duty: Id, from: Clock, to: Clock }
        "活动 {duty} 是 {from} 到 {to}，时长须在其间；多出的请另登记一项活动",
        "the duty {duty} is from {from} to {to}, and its hours lie within; what was served beyond is another duty";
    DutyFull { duty: Id, places: u64, served: u64 }
        "活动 {duty} 有 {places} 个名额，已记 {served} 人次；请核对，或另登记一项活动",
        "the duty {duty} has {places} places and {served} are taken; check it, or enter another duty";
    ClockOrder { from: Clock, to: Clock }
        "时间从 {from} 到 {to}，结束不晚于开始；过夜的活动请按两天分开登记",
        "the time from {from} to {to} ends before it has begun; what goes on over midnight is two days";
    ServedAhead { until: String, now: String }
        "服务到 {until} 为止，现在才 {now}；请在结束之后再记",
        "the service lasts until {until}, and this is {now}; record it when it is over";
    HoursOverlap { volunteer: Id, day: Day, at: Place }
        "{volunteer} 在 {day} 的这段时间与 {at} 已记的重叠，一分钟只算一次；请改时间，或更正那一笔",
        "{volunteer} has hours on {day} at {at} that overlap with these, and a minute counts once; change the time, or correct that line";
    HoursDiffer { what: Both, stated: u64, replayed: u64 }
        "写的{what}是 {stated}，账本重算为 {replayed}；请重新生成这一行",
        "the line states {stated} for the {what}, and the replay gives {replayed}; make it anew";
}

/// Refuses handles that are not in the order of their bytes, each once.
pub(crate) fn in_order(handles: impl Iterator<Item = Id>) -> Result<(), HoursRefusal> {
    let mut last = None;
    for next in handles {
        if let Some(previous) = last.filter(|previous| *previous >= next) {
            return Err(HoursRefusal::HandlesOrder { previous, next });
        }
        last = Some(next);
    }
    Ok(())
}

/// Refuses a period that ends before it begins.
fn period(from: Day, until: Day) -> Result<(), HoursRefusal> {
    if until < from { Err(HoursRefusal::PeriodOrder { from, until }) } else { Ok(()) }
}

/// Refuses a time that is not at least a minute.
fn order(from: Clock, to: Clock) -> Result<(), HoursRefusal> {
    if to <= from { Err(HoursRefusal::ClockOrder { from, to }) } else { Ok(()) }
}

/// Refuses a number that is not the replay's.
fn agree(what: Both, stated: u64, replayed: u64) -> Result<(), HoursRefusal> {
    if stated == replayed {
        return Ok(());
    }
    Err(HoursRefusal::HoursDiffer { what, stated, replayed })
}

impl Hours {
    /// The norms in force.
    pub fn norms(&self) -> Norms {
        self.norms.iter().next_back().map(|(_, norms)| norms.clone()).unwrap_or_default()
    }

    /// The latest turn of the chair of `org` that begins on `day` or earlier.
    pub fn turn(&self, org: Id, day: Day) -> Option<(TurnKey, Turn)> {
        let (key, turn) = self.chairs.range(..=TurnKey { org, from: day }).next_back()?;
        (key.org == org).then_some((*key, *turn))
    }

    /// Who chairs `org` on `day`.
    pub fn chair(&self, org: Id, day: Day) -> Option<Id> {
        let (_, turn) = self.turn(org, day)?;
        (turn.until >= day).then_some(turn.officer)
    }

    /// The organisation and those above it, the nearest first.
    pub fn upwards(&self, org: Id) -> impl Iterator<Item = Id> {
        std::iter::successors(Some(org), |org| self.orgs.get(org).and_then(|org| org.under))
    }

    /// What `volunteer` did on `day`.
    pub fn spans(&self, volunteer: Id, day: Day) -> Vec<Span> {
        self.spans.get(&OnDay { volunteer, day }).map(|spans| spans.to_vec()).unwrap_or_default()
    }

    /// What `volunteer` did from `from` to `until`, by day.
    pub fn served(
        &self,
        volunteer: Id,
        from: Day,
        until: Day,
    ) -> impl Iterator<Item = (Day, &Span)> {
        let (from, until) = (OnDay { volunteer, day: from }, OnDay { volunteer, day: until });
        let days = (from <= until).then(|| self.spans.range(from..=until));
        days.into_iter().flatten().flat_map(|(on, spans)| spans.iter().map(|s| (on.day, s)))
    }

    /// How often `volunteer` served from `from` to `until`, and how many minutes.
    pub fn sum(&self, volunteer: Id, from: Day, until: Day) -> (u64, u64) {
        let minutes = self.served(volunteer, from, until).map(|(_, span)| span.from.to(span.to));
        minutes.filter(|minutes| *minutes > 0).fold((0, 0), |(times, sum), m| (times + 1, sum + m))
    }
}

impl Act<'_> {
    /// The organisation called `org`.
    pub(crate) fn org(&self, org: Id) -> Result<Org, HoursRefusal> {
        self.books.hours.orgs.get(&org).cloned().ok_or(HoursRefusal::UnknownOrg { org })
    }

    /// The volunteer called `volunteer`.
    pub(crate) fn volunteer(&self, volunteer: Id) -> Result<Volunteer, HoursRefusal> {
        let known = self.books.hours.volunteers.get(&volunteer);
        known.cloned().ok_or(HoursRefusal::UnknownVolunteer { volunteer })
    }

    /// The duty called `duty`.
    fn duty(&self, duty: Id) -> Result<Planned, HoursRefusal> {
        self.books.hours.duties.get(&duty).cloned().ok_or(HoursRefusal::UnknownDuty { duty })
    }

    /// Refuses whoever does not keep the hours of `org`: its chair of today, that of one above it,
    /// or a steward.
    pub(crate) fn keeps(&self, org: Id) -> Result<(), Refusal> {
        let (officer, today) = (self.by, self.today());
        let known = self.books.in_office(officer, today)?;
        self.org(org)?;
        let hours = &self.books.hours;
        let chairs = hours.upwards(org).any(|org| hours.chair(org, today) == Some(officer));
        if chairs || known.roles.contains(&Role::Steward) {
            return Ok(());
        }
        Err(HoursRefusal::NotOrganiser { officer, org }.into())
    }

    /// Refuses the officer who is this volunteer; in a fund of one person too.
    fn not_own(&self, volunteer: &Volunteer) -> Result<(), HoursRefusal> {
        if volunteer.officer != Some(self.by) {
            return Ok(());
        }
        Err(HoursRefusal::OwnHours { officer: self.by, volunteer: volunteer.volunteer })
    }

    /// Refuses a service that is not over yet.
    fn served_by_now(&self, day: Day, to: Clock) -> Result<(), HoursRefusal> {
        let text = self.at.wall.to_string();
        let now = text.get(11..16).unwrap_or_default();
        let clock = Clock::parse(now.as_bytes()).unwrap_or(Clock::END);
        if (day, to) <= (self.today(), clock) {
            return Ok(());
        }
        let (until, now) = (format!("{day} {to}"), format!("{} {now}", self.today()));
        Err(HoursRefusal::ServedAhead { until, now })
    }

    /// Writes down the hours of `serve`, in the place of those stated at `of` if there are any.
    fn set_span(&mut self, serve: &Serve, of: Option<Place>) -> Result<(), Refusal> {
        let duty = self.duty(serve.duty)?;
        let (volunteer, day, at) = (serve.volunteer, duty.day, of.unwrap_or(self.place));
        let (from, to) = (serve.from, serve.to);
        if from < to && (from < duty.from || to > duty.to) {
            let (duty, from, to) = (serve.duty, duty.from, duty.to);
            return Err(HoursRefusal::OutsideDuty { duty, from, to }.into());
        }
        let mut spans = self.books.hours.spans(volunteer, day);
        let before = spans.iter().position(|span| span.at == at).map(|n| spans.remove(n));
        // Hours struck out take no minute.
        let overlaps = |span: &&Span| from.max(span.from) < to.min(span.to);
        if let Some(other) = spans.iter().find(overlaps) {
            return Err(HoursRefusal::HoursOverlap { volunteer, day, at: other.at }.into());
        }
        let others =
            duty.served.saturating_sub(u64::from(before.is_some_and(|span| span.from < span.to)));
        let served = others + u64::from(from < to);
        if let Some(places) = duty.places.filter(|places| served > *places) {
            return Err(HoursRefusal::DutyFull { duty: serve.duty, places, served: others }.into());
        }
        spans.push(Span { at, duty: serve.duty, from, to });
        let (what, max) = (Both("同一天的时长记录", "hours of one day"), MAX_SPANS);
        let spans = List::new(spans).ok_or(Refusal::TooMany { what, max })?;
        self.books.hours.spans.set(OnDay { volunteer, day }, spans);
        self.books.hours.duties.set(serve.duty, Planned { served, ..duty });
        Ok(())
    }
}
