using System.CommandLine;
using System.Globalization;
using NodeAgent.Contract;
using NodeAgent.Daemon.Status;
using Command = System.CommandLine.Command;

namespace NodeAgent.Daemon.Cli.Verbs;

/// <summary><c>nodeagent kept …</c>: what a lost writer had that nobody else has.</summary>
internal static class KeptVerb
{
    public static Command Build(CliContext context) =>
        new("kept", "Heads that a lost writer had written and nobody else has: kept when it came back as a copy") { List(context), Delete(context) };

    private static Command List(CliContext context)
    {
        var verb = new Command("list", "What is kept on this node, of which unit, since when, and how large it is");
        context.Ask(
            verb,
            (client, _, cancellation) => client.GetAsync<IReadOnlyList<KeptHead>>("v1/kept", cancellation),
            (screen, kept) =>
            {
                screen.Table(
                    ["Kept", "Of", "Beyond", "Since (UTC)", "Size"],
                    kept.Select(head => (IReadOnlyList<string>)
                    [
                        head.Unit.ToString(),
                        head.Of.ToString(),
                        head.Snapshot ?? "everything",
                        head.Since.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
                        head.Bytes is { } bytes ? Spans.Size(bytes) : "-",
                    ]),
                    "Nothing is kept on this node.");
                if (kept.Count > 0)
                {
                    screen.Line("Nobody writes these, and the agent never deletes them: nodeagent kept delete NAME");
                }
            });
        return verb;
    }

    private static Command Delete(CliContext context)
    {
        var name = new Argument<string>("NAME") { Description = "What 'kept list' calls it" };
        var yes = CliContext.YesOption();
        var verb = new Command("delete", "Delete what is kept; its writes are in no other copy") { name, yes };
        context.Ask(
            verb,
            async (client, parsed, cancellation) =>
            {
                var text = parsed.GetValue(name)!;
                var sure = context.Confirm(parsed, yes, $"delete {text}, whose writes are in no other copy", text);
                return sure.IsOk ? await client.PostAsync<DoneReport>("v1/kept/delete", new { Unit = text }, cancellation) : sure.Fault;
            },
            (screen, done) => screen.Line(done.Text));
        return verb;
    }
}
