namespace NodeAgent.Daemon.Configuration.Schema;

/// <summary>Keys that somebody else knows, each with a single value.</summary>
internal sealed record OptionsField(string Name, string Doc) : ConfigField(Name, Doc)
{
    /// <summary>Options for the sample.</summary>
    public string Example { get; init; } = "{}";

    /// <summary>When a change takes effect.</summary>
    public FieldEffect Effect { get; init; } = FieldEffect.Restart;
}
