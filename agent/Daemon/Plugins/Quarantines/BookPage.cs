namespace NodeAgent.Daemon.Plugins.Quarantines;

/// <summary>What the book keeps on disk.</summary>
internal sealed record BookPage
{
    /// <summary>Quarantines by subject, over ones included: they make the next one longer.</summary>
    public Dictionary<string, Quarantine> Quarantines { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Plugins that are starting, since when; found at the next start, the process died of it.</summary>
    public Dictionary<string, DateTimeOffset> Starting { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Deaths of the process while a plugin was starting, in a row.</summary>
    public Dictionary<string, int> Deaths { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Versions that an operator chose over the newest.</summary>
    public Dictionary<string, string> Choices { get; init; } = new(StringComparer.Ordinal);
}
