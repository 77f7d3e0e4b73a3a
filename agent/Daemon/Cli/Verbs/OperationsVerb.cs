using NodeAgent.Daemon.Api;
using NodeAgent.Daemon.Cli.Output;
using NodeAgent.Daemon.Status;
using Command = System.CommandLine.Command;

namespace NodeAgent.Daemon.Cli.Verbs;

/// <summary><c>nodeagent operations</c>: what is under way on this node, and what ended lately.</summary>
internal static class OperationsVerb
{
    public static Command Build(CliContext context)
    {
        var watch = CliContext.WatchOption();
        var verb = new Command("operations", "What is under way on this node, and what ended lately") { watch };
        context.Show(
            verb, watch,
            (client, _, cancellation) => client.GetAsync<OperationsReport>("v1/operations", cancellation),
            Draw);
        return verb;
    }

    private static void Draw(Screen screen, OperationsReport report) => screen.Table(
        ["State", "Operation", "Subject", "Step", "Progress", "Age", "Tries", "Problem"],
        report.Open.Concat(report.Recent).Select(operation => (IReadOnlyList<string>)
        [
            State(operation),
            operation.Kind,
            operation.Subject,
            operation is { EndedAt: not null, Fault: null } && !operation.Step.StartsWith("done", StringComparison.Ordinal) ? "-" : operation.Step,
            operation.Progress is { } progress ? Progress(progress) : "-",
            Age(report.At, operation),
            operation.Attempts.ToString(),
            operation.Fault ?? "-",
        ]),
        "No operation is open, and none has ended since the agent started.");

    private static string State(OperationLine operation) => operation switch
    {
        { EndedAt: null, Fault: null } => $"{Marks.Warning} open",
        { EndedAt: null } => $"{Marks.Bad} open",
        { Fault: null } => $"{Marks.Good} done",
        _ => $"{Marks.Bad} given up",
    };

    private static string Age(DateTimeOffset now, OperationLine operation)
    {
        var since = now - (operation.EndedAt ?? operation.StartedAt);
        var text = Spans.Short(since < TimeSpan.Zero ? TimeSpan.Zero : since);
        return operation.EndedAt is null ? text : $"{text} ago";
    }

    private static string Progress(StreamProgress progress) => progress.TotalBytes is > 0 and var total
        ? ProgressLine.Bar(progress.DoneBytes / (double)total)
        : Spans.Size(progress.DoneBytes);
}
