namespace NodeAgent.Daemon.Cli.Output;

/// <summary>How a verb shows what it found.</summary>
internal enum OutputFormat
{
    /// <summary>For people.</summary>
    Table = 0,

    /// <summary>For machines.</summary>
    Json,

    /// <summary>For both.</summary>
    Yaml,
}
