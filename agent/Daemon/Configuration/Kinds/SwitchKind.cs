namespace NodeAgent.Daemon.Configuration.Kinds;

/// <summary>true or false, and no other word for it.</summary>
internal sealed class SwitchKind : FieldKind
{
    public override string Rule => "true or false";

    public override Parsed Parse(string text) => text switch
    {
        "true" => Parsed.Ok(true),
        "false" => Parsed.Ok(false),
        _ => Parsed.No($"'{text}' is neither true nor false", "Write true or false"),
    };

    public override string Show(object value) => (bool)value ? "true" : "false";
}
