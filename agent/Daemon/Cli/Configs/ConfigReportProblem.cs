namespace NodeAgent.Daemon.Cli.Configs;

/// <summary>Something wrong in the configuration.</summary>
internal sealed record ConfigReportProblem(string Severity, string File, int Line, int Column, string Field, string Message, string Remedy);
