namespace NodeAgent.Daemon.Cli.Configs;

/// <summary>What <c>nodeagent config check</c> found, or <c>nodeagent simulate</c> in its file.</summary>
/// <param name="IsValid">True if it can be used.</param>
/// <param name="Files">The files read, in their order.</param>
/// <param name="Problems">Everything wrong, in the order of files and lines.</param>
internal sealed record ConfigReport(bool IsValid, IReadOnlyList<string> Files, IReadOnlyList<ConfigReportProblem> Problems);
