using System.Collections.Immutable;
using NodeAgent.Contract;
using NodeAgent.Core.Leases;
using NodeAgent.Core.Placement;
using NodeAgent.Core.Views;
using NodeAgent.Daemon.Configuration;
using NodeAgent.Daemon.Configuration.Schema;
using NodeAgent.Daemon.Configuration.Yaml;
using NodeAgent.Rehearsal.Plans;

namespace NodeAgent.Daemon.Rehearsals;

/// <summary>Makes a plan of what a file says, and checks that all of it fits together.</summary>
internal sealed class RehearsalBuilder(ConfigValues values, ProblemList problems, Place start)
{
    private static readonly TimeSpan AfterLast = TimeSpan.FromMinutes(3);
    private readonly RehearsalNames names = new(values, problems, start);

    public RehearsalPlan Build()
    {
        if (names.Agents.Count == 0)
        {
            names.Wrong("nodes", "names no node that runs an agent", "Add '- name: n1' below 'nodes:'");
        }

        var plans = names.Services.Select(Service).ToImmutableArray();
        foreach (var (service, what) in Contradictions.Among([.. plans.Select(plan => plan.Policy)]))
        {
            names.Wrong($"services[{service}].with", what, "Change 'with', 'apart' or 'nodes' of one of them");
        }

        var steps = new StepBuilder(values, names).Steps().ToImmutableArray();
        var last = steps.Select(step => step.At + step.For).Append(values.Find("settings.mend_at") as TimeSpan? ?? TimeSpan.Zero).Max();
        if (values.Find("settings.length") is TimeSpan length && steps.Any(step => step.At > length))
        {
            names.Wrong("settings.length", FormattableString.Invariant($"ends before the last step, which is at {steps.Max(step => step.At).TotalSeconds:0.###} s"), "Make it longer, or leave it out");
        }

        if (values.Find("settings.mend_at") is TimeSpan calm && values.Find("settings.length") is TimeSpan end && calm >= end)
        {
            names.Wrong("settings.mend_at", "is not before the end", "Make length longer by some minutes");
        }

        var stall = Get<TimeSpan>("settings.stall");
        var nodes = names.Boxes.Select(Node).ToImmutableArray();
        Votes(nodes);
        return new RehearsalPlan(nodes, plans, steps)
        {
            Seed = Get<int>("settings.seed"),
            Choice = new TimingChoice(stall, values.Find("settings.device") as TimeSpan? ?? stall),
            Boot = Get<TimeSpan>("settings.boot"),
            HangLimit = Get<TimeSpan>("settings.hang_limit"),
            CalmFrom = values.Find("settings.mend_at") as TimeSpan?,
            Length = values.Find("settings.length") as TimeSpan? ?? last + AfterLast,
        };
    }

    // Half of an even number is no majority.
    private void Votes(ImmutableArray<NodePlan> nodes)
    {
        var votes = nodes.Count(node => node.HasVote);
        if (votes == 0 && nodes.Length > 0)
        {
            names.Wrong("nodes", "no node has a vote, so there is no store", "Remove 'vote: false' from one of them, better from three");
        }
        else if (votes % 2 == 0 && votes > 0)
        {
            problems.Warning(
                values.PlaceOf("nodes") ?? start, "nodes", $"{votes} votes bear the loss of {(votes - 1) / 2}, no more than {votes - 1} would", "Add a box with 'witness: true', or take one vote away");
        }
    }

    private NodePlan Node(string name)
    {
        var path = $"nodes[{name}]";
        if (Get<bool>($"{path}.witness"))
        {
            Witness(path);
        }

        return new NodePlan(name)
        {
            IsOn = Get<bool>($"{path}.power"),
            IsConnected = Get<bool>($"{path}.network"),
            IsDrained = Get<bool>($"{path}.maintenance"),
            HasWatchdog = Get<bool>($"{path}.watchdog"),
            CanBeFenced = Get<bool>($"{path}.fence"),
            HasAgent = !Get<bool>($"{path}.witness"),
            ClockError = Get<int>($"{path}.clock_error"),
            HasVote = Get<bool>($"{path}.vote"),
        };
    }

    // A witness has power, a network and a vote.
    private void Witness(string path)
    {
        foreach (var (field, isChanged) in new[]
            {
                ("maintenance", Get<bool>($"{path}.maintenance")), ("watchdog", !Get<bool>($"{path}.watchdog")), ("fence", Get<bool>($"{path}.fence")),
            }.Where(field => field.Item2))
        {
            names.Wrong($"{path}.{field}", "means nothing for a witness: it has no agent and no services", "Remove it, or remove 'witness: true'");
        }

        if (!Get<bool>($"{path}.vote"))
        {
            names.Wrong($"{path}.vote", "is all that a witness is for", "Remove 'vote: false', or the box");
        }
    }

    private ServicePlan Service(string name)
    {
        var path = $"services[{name}]";
        var storage = Get<ServiceStorage>($"{path}.storage");
        var allowed = names.NodeList($"{path}.nodes");
        if (allowed.Count == 0)
        {
            allowed = names.Agents;
        }

        var on = names.Node($"{path}.node", onlyAgents: true);
        if (on is not null)
        {
            names.Allowed($"{path}.node", name, on);
        }

        var (with, apart) = (names.Others($"{path}.with", name), names.Others($"{path}.apart", name));
        foreach (var both in with.Intersect(apart, StringComparer.Ordinal))
        {
            names.Wrong($"{path}.apart", $"'{both}' is in 'with' too", "Remove it from one of them");
        }

        return new ServicePlan(new ServicePolicy(name, [.. allowed.Select(node => new NodeId(node))])
        {
            HasCopies = storage is ServiceStorage.Copies or ServiceStorage.Synchronous,
            StorageExcludes = storage == ServiceStorage.Excluding,
            LossLimit = Get<TimeSpan>($"{path}.rpo_limit"),
            RestartLimit = Get<int>($"{path}.restart_limit"),
            MoveLimit = Get<int>($"{path}.move_limit"),
            FailsBack = Get<bool>($"{path}.fail_back"),
            Spreads = Get<bool>($"{path}.spread"),
            With = [.. with],
            Apart = [.. apart],
            OnNodeStop = Get<NodeStopPolicy>($"{path}.on_node_stop"),
        })
        {
            Wanted = Get<WantedState>($"{path}.wanted"),
            IsNew = Get<bool>($"{path}.new"),
            IsSynchronous = storage == ServiceStorage.Synchronous,
            On = on,
            OpenTakes = values.Find($"{path}.open_takes") as TimeSpan?,
            StartTakes = values.Find($"{path}.start_takes") as TimeSpan?,
            CopyEvery = TimeSpan.FromSeconds(Math.Max(0.1, Get<TimeSpan>($"{path}.copy_every").TotalSeconds)),
        };
    }

    private T Get<T>(string path) =>
        values.Find(path) is T value ? value : (T)Default((ScalarField)SchemaFields.Find(path, RehearsalSchema.Root)!);

    private static object Default(ScalarField field) => field.Kind.Parse(field.Default!).Value
        ?? throw new InvalidOperationException($"The default of {field.Name} keeps no rule of its own.");
}
