using System.CommandLine;
using System.Globalization;
using NodeAgent.Contract;
using NodeAgent.Daemon.Cli.Output;
using NodeAgent.Daemon.Status;
using NodeAgent.Daemon.Stores;
using Command = System.CommandLine.Command;

namespace NodeAgent.Daemon.Cli.Verbs;

/// <summary><c>nodeagent cluster store …</c>.</summary>
internal static class StoreVerb
{
    public static Command Build(CliContext context)
    {
        var watch = CliContext.WatchOption();
        var verb = new Command("store", "The store in which the cluster agrees: its members, who leads, how fast they answer")
        {
            watch, Add(context), Promote(context), Remove(context),
        };
        context.Show(
            verb,
            watch,
            (client, _, cancellation) => client.GetAsync<StoreReport>("v1/cluster/store", cancellation),
            (screen, store) =>
            {
                screen.Line(store.Agrees == Answer.Yes ? $"The store ({store.Kind}) agrees." : $"From here it is not known whether the store ({store.Kind}) agrees: {store.Problem}");
                screen.Table(["Member", "Where", "Role", "Answers in", "Stored", "Version"], store.Members.Select(MemberOf));
            },
            (_, store) => store.Agrees == Answer.Yes ? ExitCode.Ok : ExitCode.Failed);
        return verb;
    }

    private static IReadOnlyList<string> MemberOf(StoreMemberLine member) =>
    [
        member.Name.Length > 0 ? member.Name : "?",
        member.Endpoint,
        member.Problem is { } problem ? problem
            : member.IsLearner ? "learner, no vote yet"
            : member.IsLeader == Answer.Yes ? "leader"
            : member.HasLeader == Answer.Yes ? "follower" : "sees no leader",
        member.LatencyMs is { } latency ? string.Create(CultureInfo.InvariantCulture, $"{latency:0.0} ms") : "-",
        member.StoredBytes > 0 ? Spans.Size(member.StoredBytes) : "-",
        member.Version.Length > 0 ? member.Version : "-",
    ];

    /// <summary>What was done, and what is next.</summary>
    public static void Show(Screen screen, FoundedReport done)
    {
        screen.Line(done.Text);
        foreach (var line in done.Next)
        {
            screen.Note(line);
        }
    }

    private static Command Add(CliContext context)
    {
        var seat = new Argument<string>("NAME=ADDRESS") { Description = "The new member and its IP address" };
        var witness = new Option<bool>("--witness") { Description = "It is no node of the cluster" };
        var verb = new Command("add", "Add a member, without a vote until it has caught up") { seat, witness };
        context.Ask(
            verb,
            (client, parsed, cancellation) => client.PostAsync<FoundedReport>(
                "v1/cluster/store/add", new { Text = parsed.GetValue(seat), IsWitness = parsed.GetValue(witness) }, cancellation),
            Show);
        return verb;
    }

    private static Command Promote(CliContext context)
    {
        var name = new Argument<string>("NAME") { Description = "The member" };
        var verb = new Command("promote", "Give a member its vote, once it has caught up") { name };
        context.Ask(
            verb,
            (client, parsed, cancellation) => client.PostAsync<DoneReport>("v1/cluster/store/promote", new { Node = parsed.GetValue(name) }, cancellation),
            (screen, done) => screen.Line(done.Text));
        return verb;
    }

    private static Command Remove(CliContext context)
    {
        var name = new Argument<string>("NAME") { Description = "The member" };
        var yes = CliContext.YesOption();
        var verb = new Command("remove", "Remove a member, such as one that died for good") { name, yes };
        context.Ask(
            verb,
            async (client, parsed, cancellation) =>
            {
                var member = parsed.GetValue(name)!;
                var sure = context.Confirm(parsed, yes, $"remove {member} from the store", member);
                return sure.IsOk ? await client.PostAsync<DoneReport>("v1/cluster/store/remove", new { Node = member }, cancellation) : sure.Fault;
            },
            (screen, done) => screen.Line(done.Text));
        return verb;
    }
}
