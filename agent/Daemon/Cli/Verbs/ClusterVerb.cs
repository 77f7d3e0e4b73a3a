using System.CommandLine;
using NodeAgent.Contract;
using NodeAgent.Daemon.Status;
using NodeAgent.Daemon.Stores;
using Command = System.CommandLine.Command;

namespace NodeAgent.Daemon.Cli.Verbs;

/// <summary><c>nodeagent cluster …</c>.</summary>
internal static class ClusterVerb
{
    public static Command Build(CliContext context) => new("cluster", "Found, join and look after the cluster")
    {
        Init(context), Token(context), Join(context), Members(context), Remove(context), StoreVerb.Build(context),
    };

    private static Command Init(CliContext context)
    {
        var store = new Option<string?>("--store") { Description = "Set up the store too: its members as NAME=ADDRESS,..., this node among them" };
        var witness = new Option<string?>("--witness") { Description = "A member of the store that is no node: NAME=ADDRESS" };
        var verb = new Command("init", "Found a cluster with this node as its first member") { store, witness };
        context.Ask(
            verb,
            (client, parsed, cancellation) => client.PostAsync<FoundedReport>(
                "v1/cluster/init", new { Store = parsed.GetValue(store)?.Split(','), Witness = parsed.GetValue(witness) }, cancellation),
            (screen, done) =>
            {
                StoreVerb.Show(screen, done);
                screen.Note("Let others in: 'nodeagent cluster token' here, then 'nodeagent cluster join' there.");
            });
        return verb;
    }

    private static Command Token(CliContext context)
    {
        var lifetime = QuantityOption.Duration("--lifetime", "How long it can be used; by default 1h");
        var verb = new Command("token", "Make a one-time token with which one node can join") { lifetime };
        context.Ask(
            verb,
            (client, parsed, cancellation) => client.PostAsync<TokenReport>(
                "v1/cluster/token", new { LifetimeSeconds = parsed.GetValue(lifetime)?.TotalSeconds }, cancellation),
            (screen, token) =>
            {
                screen.Line(token.Token);
                screen.Note("On the new node: nodeagent cluster join --token-file FILE (or - for standard input)");
            });
        return verb;
    }

    private static Command Join(CliContext context)
    {
        var address = new Argument<string?>("ADDRESS")
        {
            Description = "An address of a member, if those in the token do not do",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var token = new Option<string?>("--token") { Description = "The token; others can see it in the process list for a moment" };
        var file = new Option<string?>("--token-file") { Description = "A file with the token; '-' is standard input" };
        var verb = new Command("join", "Join a cluster with a one-time token") { address, token, file };
        context.Ask(
            verb,
            async (client, parsed, cancellation) =>
            {
                var line = await ReadTokenAsync(context.Around, parsed.GetValue(token), parsed.GetValue(file), cancellation);
                return line.IsOk
                    ? await client.PostAsync<DoneReport>("v1/cluster/join", new { Token = line.Value, Through = parsed.GetValue(address) }, cancellation)
                    : line.Fault;
            },
            (screen, done) => screen.Line(done.Text));
        return verb;
    }

    private static async Task<Outcome<string>> ReadTokenAsync(CliSurroundings around, string? token, string? file, CancellationToken cancellation)
    {
        if (token is not null)
        {
            return token;
        }

        if (file == "-" || (file is null && !around.IsInputTerminal))
        {
            return (await around.Input.ReadLineAsync(cancellation))?.Trim() ?? "";
        }

        if (file is null)
        {
            return new Fault(FaultCode.InvalidArgument, "cannot join", "no token was given",
                "Make one on a member with 'nodeagent cluster token', and give it with --token-file FILE.", Retry.Never);
        }

        return File.Exists(file)
            ? (await File.ReadAllTextAsync(file, cancellation)).Trim()
            : new Fault(FaultCode.NotFound, $"cannot read {file}", "there is no such file", "Check the path.", Retry.Never);
    }

    private static Command Members(CliContext context)
    {
        var verb = new Command("members", "The members and where they listen");
        context.Ask(
            verb,
            (client, _, cancellation) => client.GetAsync<IReadOnlyList<MemberReport>>("v1/cluster/members", cancellation),
            (screen, members) => screen.Table(
                ["Node", "Lets others in", "Addresses"],
                members.Select(member => (IReadOnlyList<string>)[member.Node.Value, member.IsIssuer ? "yes" : "-", string.Join(' ', member.Addresses)])));
        return verb;
    }

    private static Command Remove(CliContext context)
    {
        var node = new Argument<string>("NODE") { Description = "The member" };
        var yes = CliContext.YesOption();
        var verb = new Command("remove", "Remove a member; its certificate is refused from then on") { node, yes };
        context.Ask(
            verb,
            async (client, parsed, cancellation) =>
            {
                var name = parsed.GetValue(node)!;
                var sure = context.Confirm(parsed, yes, $"remove {name} from the cluster", name);
                return sure.IsOk ? await client.PostAsync<DoneReport>("v1/cluster/remove", new { Node = name }, cancellation) : sure.Fault;
            },
            (screen, done) => screen.Line(done.Text));
        return verb;
    }
}
