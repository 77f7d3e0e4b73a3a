using System.CommandLine;
using System.Globalization;
using NodeAgent.Contract;
using NodeAgent.Daemon.Failover;
using Command = System.CommandLine.Command;

namespace NodeAgent.Daemon.Cli.Verbs;

/// <summary><c>nodeagent history</c>: what was decided and done, on all nodes that answer.</summary>
internal static class HistoryVerb
{
    public static Command Build(CliContext context)
    {
        var subject = new Argument<string?>("NAME") { Description = "Only this service or node", Arity = ArgumentArity.ZeroOrOne };
        var most = new Option<int>("--lines", "-n") { Description = "The newest lines only", DefaultValueFactory = _ => 50 };
        var verb = new Command("history", "What was decided and done, on all nodes that answer") { subject, most };
        context.Ask(
            verb,
            async (client, parsed, cancellation) =>
            {
                var lines = await client.GetAsync<Listing<HistoryLine>>("v1/history", cancellation);
                return lines.Map(all => all with
                {
                    Found = [.. all.Found.Where(line => parsed.GetValue(subject) is not { } name || line.Subject == name || line.Node.Value == name).TakeLast(parsed.GetValue(most))],
                });
            },
            (screen, lines) =>
            {
                screen.Table(
                    ["At", "Told by", "What", "About", "Text"],
                    lines.Found.Select(line => (IReadOnlyList<string>)
                        [line.At.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture), line.Node.Value, line.Kind, line.Subject, line.Text]),
                    lines.Unread.Count == 0 ? "Nothing has happened yet." : "Nothing was found, and not every node answered.");
                foreach (var fault in lines.Unread)
                {
                    screen.Line($"Not in this list: {fault}");
                }
            });
        return verb;
    }
}
