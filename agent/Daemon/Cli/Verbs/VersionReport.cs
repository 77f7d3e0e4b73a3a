namespace NodeAgent.Daemon.Cli.Verbs;

/// <summary>Which versions there are.</summary>
/// <param name="Version">This program's.</param>
/// <param name="Agent">The running agent's; null if it cannot be asked.</param>
/// <param name="Contract">The plugin contract that this program serves.</param>
/// <param name="Runtime">The .NET that it runs on.</param>
/// <param name="System">The operating system.</param>
internal sealed record VersionReport(string Version, string? Agent, string Contract, string Runtime, string System);
