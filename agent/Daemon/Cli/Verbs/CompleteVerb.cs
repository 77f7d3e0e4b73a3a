using System.CommandLine;
using NodeAgent.Daemon.Api;
using NodeAgent.Daemon.Failover.Desk;
using NodeAgent.Daemon.Status;
using Command = System.CommandLine.Command;

namespace NodeAgent.Daemon.Cli.Verbs;

/// <summary><c>nodeagent complete</c>: live names for the shell's completion. Never says that something is wrong.</summary>
internal static class CompleteVerb
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    public static Command Build(CliContext context)
    {
        var kind = new Argument<string>("KIND") { Description = "units, volumes, snapshots, services, nodes, backends or plugins" };
        var word = new Argument<string>("WORD") { Description = "What was typed so far", Arity = ArgumentArity.ZeroOrOne };
        var verb = new Command("complete", "Names for the shell's completion") { kind, word };
        verb.Hidden = true;
        verb.SetAction(async (parsed, cancellation) =>
        {
            using var client = context.ClientFor(parsed);
            using var limit = new CancellationTokenSource(Patience, context.Around.Time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
            try
            {
                foreach (var name in await NamesAsync(client, parsed.GetValue(kind)!, parsed.GetValue(word) ?? "", both.Token))
                {
                    await context.Around.Output.WriteLineAsync(name);
                }
            }
            catch (OperationCanceledException)
            {
                // Who types on does not wait.
            }

            return ExitCode.Ok;
        });
        return verb;
    }

    private static async Task<IEnumerable<string>> NamesAsync(ApiClient client, string kind, string word, CancellationToken cancellation)
    {
        if (kind == "snapshots" && word.IndexOf('@', StringComparison.Ordinal) is > 0 and var at)
        {
            var found = await client.GetAsync<IReadOnlyList<SnapshotReport>>($"v1/snapshots?unit={Uri.EscapeDataString(word[..at])}", cancellation);
            return found.IsOk ? found.Value.Select(snapshot => $"{word[..at]}@{snapshot.Name}") : [];
        }

        if (kind is "backends" or "plugins")
        {
            var plugins = await client.GetAsync<PluginsReport>("v1/plugins", cancellation);
            return !plugins.IsOk ? [] : kind == "plugins" ? plugins.Value.Plugins.Select(plugin => plugin.Id) : plugins.Value.Backends.Select(backend => backend.Id.Value);
        }

        if (kind == "services")
        {
            var services = await client.GetAsync<ServicesReport>("v1/services", cancellation);
            return services.IsOk ? services.Value.Services.Select(service => service.Name) : [];
        }

        var status = await client.GetAsync<ClusterStatus>("v1/status", cancellation);
        return !status.IsOk ? [] : kind switch
        {
            "units" => status.Value.Units.Select(unit => unit.Unit.Name),
            "snapshots" => status.Value.Units.Select(unit => $"{unit.Unit.Name}@"),
            "volumes" => status.Value.Units.SelectMany(unit => unit.Volumes.Select(volume => $"{unit.Unit.Name}/{volume.Name}")),
            "nodes" => status.Value.Nodes.Select(node => node.Name.Value),
            _ => [],
        };
    }
}
