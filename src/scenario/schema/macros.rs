//! How the tables of the language are described to schemars.

/// A text that is one of the patterns of a quantity.
macro_rules! quantity {
    ($(#[$doc:meta])* $name:ident, $pattern:expr, $description:literal) => {
        pub(super) struct $name;

        impl JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> Schema {
                json_schema!({ "type": "string", "pattern": $pattern, "description": $description })
            }
        }
    };
}

/// A value of several forms.
macro_rules! forms {
    ($name:ident, $generator:ident, $schema:expr) => {
        pub(super) struct $name;

        impl JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema($generator: &mut schemars::SchemaGenerator) -> Schema {
                $schema
            }
        }
    };
}

/// Describes a table; its fields are never read, only their names, types and docs.
macro_rules! table {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$doc])*
        #[derive(JsonSchema)]
        #[schemars(deny_unknown_fields)]
        #[expect(dead_code, reason = "only described, never made")]
        pub(super) struct $name { $($(#[$field_doc])* $field: $type,)* }
    };
}

/// Describes a choice of exactly one key.
macro_rules! choice {
    ($(#[$doc:meta])* $name:ident { $($(#[$tag_doc:meta])* $tag:ident($type:ty),)* }) => {
        $(#[$doc])*
        #[derive(JsonSchema)]
        #[schemars(rename_all = "snake_case")]
        #[expect(dead_code, reason = "only described, never made")]
        #[allow(clippy::large_enum_variant, reason = "only described, never made")]
        pub(super) enum $name { $($(#[$tag_doc])* $tag($type),)* }
    };
}
