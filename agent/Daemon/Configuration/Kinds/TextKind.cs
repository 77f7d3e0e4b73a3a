namespace NodeAgent.Daemon.Configuration.Kinds;

/// <summary>Any text; somebody else knows what it means.</summary>
internal sealed class TextKind : FieldKind
{
    public override string Rule => "text";

    public override Parsed Parse(string text) => Parsed.Ok(text);
}
