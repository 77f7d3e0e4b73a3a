namespace NodeAgent.Daemon.Cli.Configs;

/// <summary>A field as it counts.</summary>
/// <param name="Field">Its path.</param>
/// <param name="Value">Its value.</param>
/// <param name="Origin">FILE:LINE where it was set; null for a default.</param>
internal sealed record ConfigFieldReport(string Field, string Value, string? Origin);
