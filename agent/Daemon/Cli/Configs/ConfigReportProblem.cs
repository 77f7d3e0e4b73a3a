using NodeAgent.Daemon.Configuration;

namespace NodeAgent.Daemon.Cli.Configs;

/// <summary>Something wrong in the configuration.</summary>
internal sealed record ConfigReportProblem(string Severity, string File, int Line, int Column, string Field, string Message, string Remedy)
{
    public static ConfigReportProblem Of(ConfigProblem problem) => new(
        problem.Severity.ToString().ToLowerInvariant(), problem.File, problem.Line, problem.Column, problem.Field, problem.Message, problem.Remedy);
}
