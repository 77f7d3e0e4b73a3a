using System.Collections.Immutable;
using NodeAgent.Contract;
using NodeAgent.Core.Leases;
using NodeAgent.Core.Views;
using NodeAgent.Daemon.Configuration;
using NodeAgent.Daemon.Configuration.Schema;
using NodeAgent.Daemon.Configuration.Yaml;
using NodeAgent.Rehearsal.Plans;

namespace NodeAgent.Daemon.Rehearsals;

/// <summary>Makes a plan of what a file says, and checks that all names lead somewhere.</summary>
internal sealed class RehearsalBuilder(ConfigValues values, ProblemList problems, Place start)
{
    private static readonly TimeSpan AfterLast = TimeSpan.FromMinutes(3);
    private readonly HashSet<string> nodes = [.. values.Items("nodes").Where(name => !Witness(values, name))];
    private readonly HashSet<string> services = [.. values.Items("services")];

    public RehearsalPlan Build()
    {
        if (nodes.Count == 0)
        {
            problems.Error(values.PlaceOf("nodes") ?? start, "nodes", "names no node that runs an agent", "Add '- name: n1' below 'nodes:'");
        }

        var stall = Get<TimeSpan>("settings.stall");
        var plans = values.Items("services").Select(Service).ToImmutableArray();
        var steps = values.Items("services").SelectMany(Fails).Concat(values.Items("steps").Select(Step).OfType<Happening>()).ToImmutableArray();
        return new RehearsalPlan([.. values.Items("nodes").Select(Node)], plans, steps)
        {
            Seed = Get<int>("settings.seed"),
            Choice = new TimingChoice(stall, values.Find("settings.device") as TimeSpan? ?? stall),
            Boot = Get<TimeSpan>("settings.boot"),
            Length = values.Find("settings.length") as TimeSpan? ?? steps.Select(step => step.At + step.For).DefaultIfEmpty(TimeSpan.Zero).Max() + AfterLast,
        };
    }

    private static bool Witness(ConfigValues values, string name) => values.Find($"nodes[{name}].witness") is true;

    private static string Named(string path) =>
        (path.EndsWith(']') && !path.Contains("nodes[", StringComparison.Ordinal)) || path.EndsWith(".service", StringComparison.Ordinal) ? "service" : "node";

    private NodePlan Node(string name)
    {
        var path = $"nodes[{name}]";
        return new NodePlan(name)
        {
            IsOn = Get<bool>($"{path}.power"),
            IsConnected = Get<bool>($"{path}.network"),
            IsDrained = Get<bool>($"{path}.maintenance"),
            HasWatchdog = Get<bool>($"{path}.watchdog"),
            CanBeFenced = Get<bool>($"{path}.fence"),
            HasAgent = !Get<bool>($"{path}.witness"),
            HasVote = Get<bool>($"{path}.vote"),
        };
    }

    private ServicePlan Service(string name)
    {
        var path = $"services[{name}]";
        var storage = Get<ServiceStorage>($"{path}.storage");
        var allowed = Names($"{path}.nodes", nodes).Select(node => new NodeId(node)).ToImmutableArray();
        if (allowed.IsEmpty)
        {
            allowed = [.. values.Items("nodes").Where(nodes.Contains).Select(node => new NodeId(node))];
        }

        return new ServicePlan(new ServicePolicy(name, allowed)
        {
            HasCopies = storage == ServiceStorage.Copies,
            StorageExcludes = storage == ServiceStorage.Excluding,
            LossLimit = Get<TimeSpan>($"{path}.rpo_limit"),
            RestartLimit = Get<int>($"{path}.restart_limit"),
            MoveLimit = Get<int>($"{path}.move_limit"),
            FailsBack = Get<bool>($"{path}.fail_back"),
            Spreads = Get<bool>($"{path}.spread"),
            With = [.. Names($"{path}.with", services)],
            Apart = [.. Names($"{path}.apart", services)],
            OnNodeStop = Get<NodeStopPolicy>($"{path}.on_node_stop"),
        })
        {
            Wanted = Get<WantedState>($"{path}.wanted"),
            On = Name($"{path}.node", nodes),
            CopyEvery = TimeSpan.FromSeconds(Math.Max(0.1, Get<TimeSpan>($"{path}.copy_every").TotalSeconds)),
        };
    }

    private IEnumerable<Happening> Fails(string service)
    {
        foreach (var path in values.Items($"services[{service}].fails").Select(index => $"services[{service}].fails[{index}]"))
        {
            if (Name($"{path}.node", nodes) is { } node && values.Find($"{path}.at") is FailingPart part)
            {
                var kind = part switch
                {
                    FailingPart.Start => HappeningKind.FailStart,
                    FailingPart.Stop => HappeningKind.FailStop,
                    _ => HappeningKind.FailPromote,
                };
                yield return new Happening(TimeSpan.Zero, kind, node, Service: service);
            }
        }
    }

    private Happening? Step(string index)
    {
        var path = $"steps[{index}]";
        if (values.Find($"{path}.do") is not StepWord word || values.Find($"{path}.at") is not TimeSpan at)
        {
            return null;
        }

        Need(path, "node", word, StepNeeds.Node);
        Need(path, "other", word, StepNeeds.Other);
        Need(path, "service", word, StepNeeds.Service);
        Need(path, "for", word, StepNeeds.Span);
        var other = Name($"{path}.other", [.. values.Items("nodes")]);
        return new Happening(at, other is not null && word.WithOther is { } pair ? pair : word.Kind)
        {
            Node = Name($"{path}.node", OnlyAgents(word.Kind) ? nodes : [.. values.Items("nodes")]) ?? "",
            Other = other ?? "",
            Service = Name($"{path}.service", services) ?? "",
            For = values.Find($"{path}.for") as TimeSpan? ?? TimeSpan.Zero,
        };
    }

    // A witness has power and a network, and nothing else that a step could be about.
    private static bool OnlyAgents(HappeningKind kind) => kind is not (HappeningKind.PowerOff or HappeningKind.PowerOn or HappeningKind.Cut
        or HappeningKind.Restore or HappeningKind.CutOneWay or HappeningKind.Stall or HappeningKind.Reset or HappeningKind.Slow);

    private void Need(string path, string field, StepWord word, StepNeeds need)
    {
        if (word.Needs.HasFlag(need) && !values.Mentions($"{path}.{field}"))
        {
            problems.Error(values.PlaceOf(path) ?? start, $"{path}.{field}", "is missing for this step", $"Add '{field}: ...'");
        }
    }

    private string? Name(string path, HashSet<string> known)
    {
        if (values.Find(path) is not string name)
        {
            return null;
        }

        if (known.Contains(name))
        {
            return name;
        }

        problems.Error(values.PlaceOf(path) ?? start, path, $"'{name}' is not a {Named(path)} of this file that this can be about", $"Choose one of {string.Join(", ", known)}");
        return null;
    }

    private IEnumerable<string> Names(string path, HashSet<string> known) =>
        values.Items(path).Select(index => Name($"{path}[{index}]", known)).OfType<string>();

    private T Get<T>(string path) =>
        values.Find(path) is T value ? value : (T)Default((ScalarField)SchemaFields.Find(path, RehearsalSchema.Root)!);

    private static object Default(ScalarField field) => field.Kind.Parse(field.Default!).Value
        ?? throw new InvalidOperationException($"The default of {field.Name} keeps no rule of its own.");
}
