using System.CommandLine;
using NodeAgent.Contract;
using NodeAgent.Daemon.Status;
using Command = System.CommandLine.Command;

namespace NodeAgent.Daemon.Cli.Verbs;

/// <summary><c>nodeagent snapshot …</c>: snapshots of whole units.</summary>
internal static class SnapshotVerb
{
    public static Command Build(CliContext context) => new("snapshot", "Snapshots of whole units: all volumes at one instant")
    {
        Create(context), List(context), Delete(context), Hold(context, "hold"), Hold(context, "release"), Rollback(context), Clone(context),
    };

    private static Argument<string> Target() => new("UNIT@SNAPSHOT") { Description = "The snapshot" };

    private static Outcome<(string Unit, string Name)> Parse(string text)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        return at > 0 && at < text.Length - 1
            ? (text[..at], text[(at + 1)..])
            : new Fault(FaultCode.InvalidArgument, $"cannot read '{text}'", "it is not of the form UNIT@SNAPSHOT", "Write for example db@before-upgrade.", Retry.Never);
    }

    private static Command Simple(
        CliContext context, string name, string description, string path, Func<ParseResult, string, string, object> body, params Symbol[] more)
    {
        var target = Target();
        var verb = new Command(name, description) { target };
        foreach (var symbol in more)
        {
            switch (symbol)
            {
                case Option option: verb.Add(option); break;
                case Argument argument: verb.Add(argument); break;
                default: throw new InvalidOperationException($"cannot add {symbol}");
            }
        }

        context.Ask(
            verb,
            async (client, parsed, cancellation) =>
            {
                var snapshot = Parse(parsed.GetValue(target)!);
                return snapshot.IsOk
                    ? await client.PostAsync<DoneReport>(path, body(parsed, snapshot.Value.Unit, snapshot.Value.Name), cancellation)
                    : snapshot.Fault;
            },
            (screen, done) => screen.Line(done.Text));
        return verb;
    }

    private static Command Create(CliContext context) => Simple(
        context, "create", "Make a snapshot", "v1/snapshots", (_, unit, name) => new { Unit = unit, Name = name });

    private static Command Delete(CliContext context) => Simple(
        context, "delete", "Delete a snapshot; refused while it is held or cloned", "v1/snapshots/delete", (_, unit, name) => new { Unit = unit, Name = name });

    private static Command Hold(CliContext context, string name)
    {
        var tag = new Option<string>("--tag") { Description = "Who holds it", DefaultValueFactory = _ => "operator" };
        return Simple(
            context, name, name == "hold" ? "Keep a snapshot from being deleted" : "Take a hold away", $"v1/snapshots/{name}",
            (parsed, unit, snapshot) => new { Unit = unit, Name = snapshot, Tag = parsed.GetValue(tag) }, tag);
    }

    private static Command Clone(CliContext context)
    {
        var clone = new Argument<string>("NEW-UNIT") { Description = "The new unit's name" };
        return Simple(
            context, "clone", "Make a new unit with a snapshot's content", "v1/snapshots/clone",
            (parsed, unit, snapshot) => new { Unit = unit, Name = snapshot, NewUnit = parsed.GetValue(clone) }, clone);
    }

    private static Command List(CliContext context)
    {
        var unit = new Argument<string>("UNIT") { Description = "The unit" };
        var verb = new Command("list", "A unit's snapshots on this node, oldest first") { unit };
        context.Ask(
            verb,
            (client, parsed, cancellation) => client.GetAsync<IReadOnlyList<SnapshotReport>>(
                $"v1/snapshots?unit={Uri.EscapeDataString(parsed.GetValue(unit)!)}", cancellation),
            (screen, snapshots) => screen.Table(
                ["Snapshot", "Taken (UTC)", "Holds", "Guids"],
                snapshots.Select(snapshot => (IReadOnlyList<string>)
                [
                    $"{snapshot.Unit.Name}@{snapshot.Name}",
                    snapshot.CreatedAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss"),
                    snapshot.Holds.Count == 0 ? "-" : string.Join(' ', snapshot.Holds),
                    string.Join(' ', snapshot.Guids.Select(guid => $"{guid.Key}:{guid.Value}")),
                ]),
                "No snapshots yet."));
        return verb;
    }

    private static Command Rollback(CliContext context)
    {
        var target = Target();
        var yes = CliContext.YesOption();
        var plan = new Option<bool>("--plan") { Description = "Only show what it would destroy" };
        var verb = new Command("rollback", "Take a unit back to a snapshot; shows what that destroys first") { target, yes, plan };
        verb.SetAction(async (parsed, cancellation) =>
        {
            var screen = context.ScreenFor(parsed);
            using var client = context.ClientFor(parsed);
            var text = parsed.GetValue(target)!;
            var snapshot = Parse(text);
            if (!snapshot.IsOk)
            {
                return screen.Fail(snapshot.Fault);
            }

            var body = new { snapshot.Value.Unit, snapshot.Value.Name };
            var planned = await client.PostAsync<RollbackReport>("v1/snapshots/plan-rollback", body, cancellation);
            if (!planned.IsOk)
            {
                return screen.Fail(planned.Fault);
            }

            if (parsed.GetValue(plan))
            {
                screen.Show(planned.Value, value => Draw(screen, value));
                return ExitCode.Ok;
            }

            Draw(screen, planned.Value);
            var sure = context.Confirm(parsed, yes, $"roll {snapshot.Value.Unit} back to {snapshot.Value.Name}", text);
            var done = sure.IsOk
                ? await client.PostAsync<DoneReport>("v1/snapshots/rollback", new { snapshot.Value.Unit, snapshot.Value.Name, planned.Value.Fingerprint }, cancellation)
                : sure.Fault;
            if (!done.IsOk)
            {
                return screen.Fail(done.Fault);
            }

            screen.Show(done.Value, value => screen.Line(value.Text));
            return ExitCode.Ok;
        });
        return verb;
    }

    private static void Draw(Output.Screen screen, RollbackReport plan)
    {
        screen.Note($"Going back to {plan.Snapshot} destroys:");
        screen.Note($"  everything written since {plan.Snapshot}");
        screen.Note($"  snapshots: {(plan.DestroysSnapshots.Count == 0 ? "none" : string.Join(", ", plan.DestroysSnapshots))}");
        screen.Note($"  clones: {(plan.DestroysClones.Count == 0 ? "none" : string.Join(", ", plan.DestroysClones))}");
        foreach (var blocker in plan.Blockers)
        {
            screen.Note($"  in the way: {blocker}");
        }
    }
}
