using NodeAgent.Contract;
using NodeAgent.Core.Leases;
using NodeAgent.Daemon.Cli.Verbs;
using NodeAgent.Daemon.Configuration;
using NodeAgent.Daemon.Configuration.Kinds;

namespace NodeAgent.Daemon.Cli.Configs;

/// <summary>What the timings of a node are computed from, and where that was said.</summary>
/// <param name="Choice">The numbers.</param>
/// <param name="From">The file, or why it is none.</param>
internal sealed record ChosenTimings(TimingChoice Choice, string From)
{
    /// <summary>What this node's configuration says, also one that is refused for something else, or for these very numbers.</summary>
    /// <param name="config">The file; null: where the package puts it, and the defaults if there is none.</param>
    /// <param name="dropIns">The folder of drop-ins; null: beside the file.</param>
    public static Outcome<ChosenTimings> OfNode(string? config, string? dropIns)
    {
        var (file, folder) = ConfigVerb.Place(config, dropIns);
        if (config is null && !File.Exists(file))
        {
            return new ChosenTimings(TimingChoice.Of(TimingChoice.DefaultStall), $"the defaults: there is no {file}");
        }

        var reading = ConfigReader.Read(file, folder, new ConfigSources(Environment.MachineName));
        var stall = Span(reading, "failover.stall") ?? TimingChoice.DefaultStall;
        var choice = new TimingChoice(stall, Span(reading, "failover.device") ?? stall);

        // Numbers that are read but not safe are told by their rules.
        var isSafe = Timings.Compute(choice).IsOk;
        return reading.Problems.FirstOrDefault(problem => IsUnread(problem, isSafe)) is { } unread
            ? new Fault(
                FaultCode.InvalidArgument, "cannot tell the timings of this node", unread.ToString().TrimEnd('.'),
                "Correct it ('nodeagent config check' names all that is wrong), or give --stall and --device.", Retry.AfterFix)
            : new ChosenTimings(choice, string.Join(", ", reading.Files));
    }

    private static bool IsUnread(ConfigProblem problem, bool isSafe) => problem.Severity == ProblemSeverity.Error
        && (problem.Field == ConfigProblem.WholeFile || (isSafe && problem.Field.StartsWith("failover", StringComparison.Ordinal)));

    private static TimeSpan? Span(ConfigReading reading, string field) =>
        new DurationKind(TimeSpan.Zero, TimeSpan.MaxValue).Parse(ConfigJudge.ValueOf(reading, field)).Value as TimeSpan?;
}
