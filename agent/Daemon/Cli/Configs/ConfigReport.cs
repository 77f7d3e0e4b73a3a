namespace NodeAgent.Daemon.Cli.Configs;

/// <summary>What <c>nodeagent config check</c> found.</summary>
/// <param name="IsValid">True if the agent can run with it.</param>
/// <param name="Files">The files read, in their order.</param>
/// <param name="Problems">Everything wrong, in the order of files and lines.</param>
internal sealed record ConfigReport(bool IsValid, IReadOnlyList<string> Files, IReadOnlyList<ConfigReportProblem> Problems);
