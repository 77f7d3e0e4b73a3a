using System.CommandLine;
using NodeAgent.Contract;
using NodeAgent.Daemon.Status;
using NodeAgent.Daemon.Units;
using Command = System.CommandLine.Command;

namespace NodeAgent.Daemon.Cli.Verbs;

/// <summary><c>nodeagent volume …</c>.</summary>
internal static class VolumeVerb
{
    public static Command Build(CliContext context) => new("volume", "Make, grow, list and delete volumes; choose between copies that parted")
    {
        Create(context), Expand(context), Delete(context), List(context), ResolveVerb.Build(context),
    };

    private static Argument<string> Name() =>
        new("VOLUME") { Description = "UNIT/VOLUME, or UNIT for its volume 'data'; BACKEND: before it where names repeat" };

    private static Command Create(CliContext context)
    {
        var name = Name();
        var backend = new Option<string?>("--backend") { Description = "Where; needed if the node has several backends" };
        var size = QuantityOption.Size("--size", "Size, or quota of a filesystem, such as 10GiB");
        var kind = ChoiceOption.Perhaps<VolumeKind>("By default block if --size is given, else filesystem", "--kind");
        var profile = new Option<string>("--profile") { Description = "A named set of properties of the backend", DefaultValueFactory = _ => "" };
        var property = new Option<string[]>("--property") { Description = "A native property, NAME=VALUE; may be repeated" };
        var copies = new Option<string[]>("--replicate-to")
        {
            Description = "Nodes that keep a copy, with commas or repeated",
            AllowMultipleArgumentsPerToken = true,
        };
        var every = QuantityOption.Duration("--every", "How often copies are brought up to date, such as 60s");
        var wait = new Option<bool>("--wait") { Description = "Wait until the copies are complete, and show how far they are" };
        var verb = new Command("create", "Make a volume, and its unit with it; the same again changes nothing")
        {
            name, backend, size, kind, profile, property, copies, every, wait,
        };
        context.Ask(
            verb,
            async (client, parsed, cancellation) =>
            {
                var properties = NamedValues.Read("--property", parsed.GetValue(property) ?? []);
                var volume = VolumeName.Parse(parsed.GetValue(name)!);
                var order = properties.Map(known => new VolumeOrder(
                    parsed.GetValue(backend) ?? volume.Backend, volume.UnitName, volume.Volume, parsed.GetValue(kind),
                    parsed.GetValue(size) ?? 0, parsed.GetValue(profile)!, known, SplitNames(parsed.GetValue(copies)),
                    parsed.GetValue(every)?.TotalSeconds));
                var made = order.IsOk ? await client.PostAsync<VolumeReport>("v1/volumes", order.Value, cancellation) : order.Fault;
                if (!made.IsOk || !parsed.GetValue(wait) || order.Value.Copies is not { Count: > 0 })
                {
                    return made;
                }

                var done = await ReplicationVerb.RunAsync(context, client, volume.Unit, cancellation);
                return done.IsOk ? made : done.Fault;
            },
            (screen, volume) => screen.Line($"volume {Named(volume)} is ready: {Describe(volume)}"));
        return verb;
    }

    /// <summary>"n2,n3" and "n2 n3" are the same; "none" is nobody; null if nothing was given.</summary>
    internal static IReadOnlyList<string>? SplitNames(string[]? given) => given is null or [] ? null
        : given is ["none"] ? []
        : [.. given.SelectMany(text => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];

    private static Command Expand(CliContext context)
    {
        var name = Name();
        var size = QuantityOption.Size("--size", "The new size");
        size.Required = true;
        var verb = new Command("expand", "Grow a volume; it never shrinks") { name, size };
        context.Ask(
            verb,
            (client, parsed, cancellation) =>
            {
                var volume = VolumeName.Parse(parsed.GetValue(name)!);
                return client.PostAsync<VolumeReport>(
                    "v1/volumes/expand", new { volume.Unit, volume.Volume, Bytes = parsed.GetValue(size) ?? 0 }, cancellation);
            },
            (screen, volume) => screen.Line($"volume {Named(volume)} is now {Describe(volume)}"));
        return verb;
    }

    private static Command Delete(CliContext context)
    {
        var name = Name();
        var yes = CliContext.YesOption();
        var verb = new Command("delete", "Delete a volume, its snapshots and all its copies; what nodes hold that were left out stays") { name, yes };
        context.Ask(
            verb,
            async (client, parsed, cancellation) =>
            {
                var text = parsed.GetValue(name)!;
                var volume = VolumeName.Parse(text);
                var sure = context.Confirm(
                    parsed, yes, $"delete volume {volume.Unit}/{volume.Volume}, its snapshots and all its copies", text);
                return sure.IsOk
                    ? await client.PostAsync<DoneReport>("v1/volumes/delete", new { volume.Unit, volume.Volume }, cancellation)
                    : sure.Fault;
            },
            (screen, done) => screen.Line(done.Text));
        return verb;
    }

    private static Command List(CliContext context)
    {
        var verb = new Command("list", "The volumes on this node and who writes them");
        context.Ask(
            verb,
            (client, _, cancellation) => client.GetAsync<NodeReport>("v1/report", cancellation),
            (screen, report) => screen.Table(
                ["Volume", "Kind", "Size", "Used", "Role", "Writer", "Path"],
                report.Units.SelectMany(unit => unit.Volumes.Select(volume => (IReadOnlyList<string>)
                [
                    $"{unit.Record.Unit}/{volume.Name}",
                    volume.Kind.ToString().ToLowerInvariant(),
                    volume.Bytes > 0 ? Spans.Size(volume.Bytes) : "-",
                    volume.UsedBytes is { } used ? Spans.Size(used) : "-",
                    unit.Role.ToString().ToLowerInvariant(),
                    unit.Record.Writer.Value,
                    volume.Path ?? "-",
                ])),
                "No volumes yet. Make one: nodeagent volume create NAME --size 1GiB"));
        return verb;
    }

    private static string Named(VolumeReport volume) => volume.Unit is { } unit ? $"{unit}/{volume.Name}" : volume.Name;

    private static string Describe(VolumeReport volume) =>
        $"{volume.Kind.ToString().ToLowerInvariant()}{(volume.Bytes > 0 ? $" of {Spans.Size(volume.Bytes)}" : "")}{(volume.Path is { } path ? $" at {path}" : "")}";
}
