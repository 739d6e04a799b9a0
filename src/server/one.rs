//! The answer to a request for one file that is there.

use super::body::Body;
use super::conditions::{Outcome, Tags, range_holds, weigh};
use super::files::Opened;
use super::headers::takes_gzip;
use super::name::Kind;
use super::packed::{Known, Packed};
use super::range::Part;
use hyper::body::Bytes;
use hyper::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_LENGTH,
    CONTENT_RANGE, CONTENT_TYPE, ETAG, HeaderMap, HeaderName, HeaderValue, LAST_MODIFIED, RANGE,
    VARY,
};
use hyper::{Response, StatusCode};
use std::fmt::Write as _;
use std::io::{self, Seek as _, SeekFrom};

/// What is asked of a file.
pub(super) struct Want {
    /// Its folders and its name.
    pub(super) parts: Vec<String>,
    pub(super) kind: Kind,
    /// Whether only the head of the answer is wanted.
    pub(super) bodiless: bool,
    /// The fields of the request.
    pub(super) fields: HeaderMap,
}

/// What came of looking for it.
pub(super) enum Look {
    /// The answer.
    Done(Response<Body>),
    /// The file, which is to be compressed first.
    Pack(Box<Want>, Opened),
    /// An answer in words, with one more field.
    Refused(StatusCode, Option<(HeaderName, HeaderValue)>),
    /// A folder with a page in it.
    Folder,
    /// Nothing that is served.
    Nothing,
}

impl Want {
    /// Answers from the open file.
    pub(super) fn look(self, file: Opened, packed: &Packed) -> io::Result<Look> {
        let tags = self.tags(&file);
        match weigh(&self.fields, &tags, file.modified) {
            Outcome::Failed => return Ok(Look::Refused(StatusCode::PRECONDITION_FAILED, None)),
            Outcome::Same(tag) => {
                return Ok(Look::Done(self.response(StatusCode::NOT_MODIFIED, &file, tag)));
            }
            Outcome::Go => {}
        }
        // A range is one of a file that is fetched; how long a part would be nobody asks.
        let part = if !self.bodiless && range_holds(&self.fields, &tags) {
            Part::read(&self.fields, file.len)
        } else {
            Part::Whole
        };
        match part {
            Part::Beyond => {
                let size = HeaderValue::try_from(format!("bytes */{}", file.len)).ok();
                let size = size.map(|size| (CONTENT_RANGE, size));
                Ok(Look::Refused(StatusCode::RANGE_NOT_SATISFIABLE, size))
            }
            Part::Some { from, len } => self.part(file, tags.plain, (from, len)),
            Part::Whole if tags.packed.is_some() => match packed.known(&file) {
                Known::Packed(bytes) => Ok(self.packed(&file, bytes)),
                Known::Plain => self.plain(file),
                Known::Not => Ok(Look::Pack(Box::new(self), file)),
            },
            Part::Whole => self.plain(file),
        }
    }

    /// Answers with the file compressed, which others may have done meanwhile; as it is if there
    /// was no turn.
    pub(super) fn pack(self, file: Opened, packed: &Packed, turn: bool) -> io::Result<Look> {
        let bytes = match packed.known(&file) {
            Known::Packed(bytes) => Some(bytes),
            Known::Not if turn => packed.pack(&file)?,
            _ => None,
        };
        match bytes {
            Some(bytes) => Ok(self.packed(&file, bytes)),
            None => self.plain(file),
        }
    }

    /// The tags of the file as this client would be served it. Parts are never compressed.
    fn tags(&self, file: &Opened) -> Tags {
        let mut hex = file.tag.iter().fold(String::from('"'), |mut out, byte| {
            // Writing to a string never fails.
            let _ = write!(out, "{byte:02x}");
            out
        });
        let packs = self.kind.packs && takes_gzip(&self.fields) && !self.fields.contains_key(RANGE);
        let tag = |text: &str| HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static(""));
        let packed = packs.then(|| tag(&format!("{hex}-gz\"")));
        hex.push('"');
        Tags { plain: tag(&hex), packed }
    }

    /// An answer without a body.
    fn response(&self, status: StatusCode, file: &Opened, tag: HeaderValue) -> Response<Body> {
        let mut response = Response::new(Body::bytes(Bytes::new()));
        *response.status_mut() = status;
        let fields = response.headers_mut();
        fields.insert(CONTENT_TYPE, HeaderValue::from_static(self.kind.media));
        fields.insert(CACHE_CONTROL, HeaderValue::from_static(self.kind.cache));
        fields.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
        fields.insert(ETAG, tag);
        let modified = HeaderValue::try_from(httpdate::fmt_http_date(file.modified));
        fields.extend(modified.ok().map(|date| (LAST_MODIFIED, date)));
        if self.kind.packs {
            fields.insert(VARY, HeaderValue::from_static("Accept-Encoding"));
        }
        if self.kind.keep {
            fields.insert(CONTENT_DISPOSITION, HeaderValue::from_static("attachment"));
        }
        response
    }

    /// The file as it is.
    fn plain(&self, file: Opened) -> io::Result<Look> {
        let len = file.len;
        let tag = self.tags(&file).plain;
        let mut response = self.response(StatusCode::OK, &file, tag);
        response.headers_mut().insert(CONTENT_LENGTH, len.into());
        self.with_part(response, file, (0, len))
    }

    /// Some of it.
    fn part(&self, file: Opened, tag: HeaderValue, (from, len): (u64, u64)) -> io::Result<Look> {
        let mut response = self.response(StatusCode::PARTIAL_CONTENT, &file, tag);
        let fields = response.headers_mut();
        fields.insert(CONTENT_LENGTH, len.into());
        // Neither end overflows: the part lies within the file.
        let range = format!("bytes {from}-{}/{}", (from + len).saturating_sub(1), file.len);
        fields.extend(HeaderValue::try_from(range).ok().map(|range| (CONTENT_RANGE, range)));
        self.with_part(response, file, (from, len))
    }

    fn with_part(
        &self,
        response: Response<Body>,
        file: Opened,
        (from, len): (u64, u64),
    ) -> io::Result<Look> {
        if self.bodiless {
            return Ok(Look::Done(response));
        }
        let mut file = file.file;
        file.seek(SeekFrom::Start(from))?;
        let body = Body::file(file, len)?;
        Ok(Look::Done(response.map(|_| body)))
    }

    /// The file compressed.
    fn packed(&self, file: &Opened, bytes: Bytes) -> Look {
        let tags = self.tags(file);
        let mut response = self.response(StatusCode::OK, file, tags.packed.unwrap_or(tags.plain));
        let fields = response.headers_mut();
        fields.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        fields.insert(CONTENT_LENGTH, bytes.len().into());
        Look::Done(if self.bodiless { response } else { response.map(|_| Body::bytes(bytes)) })
    }
}
