using System.CommandLine;
using System.Globalization;
using NodeAgent.Contract;
using NodeAgent.Daemon.Status;
using NodeAgent.Daemon.Units;
using Command = System.CommandLine.Command;

namespace NodeAgent.Daemon.Cli.Verbs;

/// <summary><c>nodeagent kept …</c>: what a lost writer, or a copy that gave way, had that nobody else has.</summary>
internal static class KeptVerb
{
    public static Command Build(CliContext context) =>
        new("kept", "What a lost writer had written and nobody else has, kept when it came back as a copy; and what copies held that gave way") { List(context), Delete(context) };

    private static Command List(CliContext context)
    {
        var verb = new Command("list", "What is kept on this node, of which unit, since when, and how large it is");
        context.Ask(
            verb,
            (client, _, cancellation) => client.GetAsync<Listing<KeptLine>>("v1/kept", cancellation),
            (screen, listed) =>
            {
                var kept = listed.Found;
                screen.Table(
                    ["Kept", "Node", "Of", "Beyond", "Since (UTC)", "Size"],
                    kept.Select(line => (IReadOnlyList<string>)
                    [
                        line.KeptAs,
                        line.Node.Value,
                        line.Of.ToString(),
                        line.Snapshot ?? "everything",
                        line.Since?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) ?? "-",
                        line.Bytes is { } bytes ? Spans.Size(bytes) : "-",
                    ]),
                    listed.Unread.Count == 0 ? "Nothing is kept on this node." : "Nothing was found, and not everything could be asked.");
                if (kept.Any(line => line.Unit is not null))
                {
                    screen.Line("Nobody writes these, and the agent never deletes them: nodeagent kept delete NAME");
                }

                foreach (var line in kept.Where(line => line.Unit is null))
                {
                    screen.Line($"{line.KeptAs} is what a copy held that gave way; nobody deletes it but you: {line.DeletedBy}");
                }

                foreach (var fault in listed.Unread)
                {
                    screen.Line($"Not in this list: {fault}");
                }
            },
            listed => listed.Unread.Count == 0 ? ExitCode.Ok : ExitCode.Degraded);
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
