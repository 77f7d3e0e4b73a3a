using NodeAgent.Contract;
using NodeAgent.Core.Leases;
using NodeAgent.Core.Views;
using NodeAgent.Core.Wishes;

namespace NodeAgent.Core.Nodes;

/// <summary>One step while it is made: the state so far, and the effects so far.</summary>
internal sealed class Turn(NodeSettings settings, NodeState state, Instant now)
{
    private readonly List<NodeEffect> effects = [];
    private List<Mark>? marks;

    public NodeSettings Settings { get; } = settings;

    public NodeState State { get; set; } = state;

    public Instant Now { get; } = now;

    public IReadOnlyList<NodeEffect> Effects => effects;

    /// <summary>The branches taken so far.</summary>
    public IReadOnlyList<Mark> Marks => (IReadOnlyList<Mark>?)marks ?? [];

    public Timings Timings => Settings.Timings;

    /// <summary>True while units may be opened and parts be started.</summary>
    public bool MayWrite => State.MayWrite(State.Session, Timings, Now);

    /// <summary>True if the store takes changes from this process in this stay.</summary>
    public bool IsMember => State is { Session: not 0, View: { } view } && view.Record.Member(Settings.Self) is { } member
        && member.Session == State.Session && member.Run == Settings.Run;

    /// <summary>True if the store says of this node's watchdog what this node knows: others conclude from it that nothing is written any more.</summary>
    public bool IsNoted => State.View?.Record.Member(Settings.Self)?.IsAttested == State.IsAttested;

    /// <summary>Says that this branch was taken.</summary>
    public void Hit(Mark mark) => (marks ??= []).Add(mark);

    public void Do(NodeEffect effect) => effects.Add(effect);

    /// <summary>True if that much time has passed since then, or if it never was.</summary>
    public bool IsPast(Instant? then, TimeSpan span) => then is not { } instant || Now >= instant.Add(span);

    /// <summary>Asks the store, unless an answer about the same subject is awaited.</summary>
    public bool Ask(Wish wish)
    {
        if (State.Asked.TryGetValue(wish.Subject, out var question) && !IsPast(question.At, Timings.Demote))
        {
            return false;
        }

        State = State with { Asked = State.Asked.SetItem(wish.Subject, new Question(Now, State.View?.Revision ?? 0)) };
        Do(new NodeEffect.Ask(wish));
        return true;
    }

    public void Set(string name, LocalService service) => State = State with { Services = State.Services.SetItem(name, service) };

    public void Drop(string name) => State = State with { Services = State.Services.Remove(name) };

    /// <summary>Says why a service waits, once for each reason.</summary>
    public void Wait(string service, string reason)
    {
        if (State.Waits.GetValueOrDefault(service) != reason)
        {
            State = State with { Waits = State.Waits.SetItem(service, reason) };
            Do(new NodeEffect.Tell("waiting", service, reason));
        }
    }

    /// <summary>Forgets why a service waited: if it waits again, that is said again.</summary>
    public void WaitsNoMore(string service)
    {
        if (State.Waits.ContainsKey(service))
        {
            State = State with { Waits = State.Waits.Remove(service) };
        }
    }

    /// <summary>The record of a service that this node has in this stay; null if it has not.</summary>
    public ServiceRecord? Mine(string name) => State.View?.Record.Service(name) is { } service && Has(service) ? service : null;

    /// <summary>True if this node has that service in this stay.</summary>
    public bool Has(ServiceRecord service) =>
        State.Session != 0 && service.Owner is { } owner && owner.Session == State.Session && owner.Node == Settings.Self;
}
