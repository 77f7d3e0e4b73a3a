namespace NodeAgent.Daemon.Configuration.Schema;

/// <summary>Keys that somebody else knows, each with a single value.</summary>
internal sealed record OptionsField(string Name, string Doc) : ConfigField(Name, Doc)
{
    /// <summary>Options for the sample.</summary>
    public string Example { get; init; } = "{}";

    /// <summary>When a change takes effect.</summary>
    public FieldEffect Effect { get; init; } = FieldEffect.Restart;

    /// <summary>True if nodes have their own: devices, pools and folders are called differently.</summary>
    public bool PerNode { get; init; }
}
