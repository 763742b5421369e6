//! Time and place of an Event, as Mobilizon and Gancio send them (FEP-8a8e).

use model::Millis;
use serde_json::Value;

use super::super::lenient::Fields;
use super::super::uri::ObjectUri;

/// The longest name of a place, in characters.
const MAX_PLACE: usize = 500;

/// When and where something happens.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Event {
    /// When it begins.
    pub start_time: Option<Millis>,
    /// When it ends; never before it begins.
    pub end_time: Option<Millis>,
    /// Where.
    pub location: Option<Place>,
    /// Its time zone, `Europe/London`.
    pub timezone: Option<String>,
    /// How to take part: `free`, `restricted`, `invite`, `external`.
    pub join_mode: Option<String>,
}

/// A place.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// What it is called.
    pub name: Option<String>,
    /// Postal address in one line.
    pub address: Option<String>,
    /// Degrees north and east.
    pub coordinates: Option<(f64, f64)>,
    /// The meeting is online, at this address.
    pub url: Option<ObjectUri>,
}

impl Event {
    pub(super) fn read(fields: Fields<'_>) -> Self {
        let start_time = fields.date("startTime");
        Self {
            start_time,
            end_time: fields
                .date("endTime")
                .filter(|end| start_time <= Some(*end)),
            location: fields.many("location").iter().find_map(place),
            timezone: fields.text("timezone", 64),
            join_mode: fields.text("joinMode", 32),
        }
    }
}

/// An object, or the bare name that smaller servers send.
fn place(value: &Value) -> Option<Place> {
    let fields = match value {
        Value::String(name) => {
            return Some(Place {
                name: super::super::lenient::cut(name, MAX_PLACE),
                address: None,
                coordinates: None,
                url: None,
            });
        }
        _ => Fields::part(value)?,
    };
    let latitude = fields.float("latitude");
    let longitude = fields.float("longitude");
    let coordinates = latitude
        .zip(longitude)
        .filter(|(n, e)| n.abs() <= 90.0 && e.abs() <= 180.0);
    let place = Place {
        name: fields.text("name", MAX_PLACE),
        address: fields.get("address").and_then(address),
        coordinates,
        url: fields.page(),
    };
    let empty = place.name.is_none()
        && place.address.is_none()
        && place.coordinates.is_none()
        && place.url.is_none();
    (!empty).then_some(place)
}

/// Mobilizon sends a `PostalAddress` in parts, Gancio and WordPress one line.
fn address(value: &Value) -> Option<String> {
    if let Some(line) = value.as_str() {
        return super::super::lenient::cut(line.trim(), MAX_PLACE);
    }
    let fields = Fields::part(value)?;
    let parts: Vec<String> = [
        "streetAddress",
        "postalCode",
        "addressLocality",
        "addressRegion",
        "addressCountry",
    ]
    .iter()
    .filter_map(|name| fields.text(name, MAX_PLACE))
    .collect();
    super::super::lenient::cut(&parts.join(", "), MAX_PLACE)
}
