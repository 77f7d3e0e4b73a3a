using NodeAgent.Contract;
using NodeAgent.Core.Views;
using NodeAgent.Core.Wishes;

namespace NodeAgent.Rehearsal.Running;

/// <summary>The cluster store as it behaves when it answers: one order of all changes, leases that never end too early.</summary>
internal sealed class SimStore(Agenda agenda, TimeSpan lease)
{
    private const long Presence = 2_000_000_000;
    private readonly Dictionary<string, SimLease> leases = new(StringComparer.Ordinal);
    private long sessions;

    /// <summary>The state.</summary>
    public ClusterView View { get; private set; } = ClusterView.Empty;

    /// <summary>Called after every change.</summary>
    public Action Changed { get; set; } = () => { };

    /// <summary>Called when the lease of a node's stay has run out.</summary>
    public Action<string, long> RanOut { get; set; } = (_, _) => { };

    /// <summary>What an operator has configured.</summary>
    public void Begin(ClusterRecord record) => View = View with { Record = record, Revision = 1 };

    /// <summary>What the rehearsal itself changes.</summary>
    public void Replace(ClusterRecord record) => Set(View with { Record = record });

    /// <summary>A new stay; zero if it is refused.</summary>
    public long Join(string node, Wish.Join wish)
    {
        var session = ++sessions;
        if (WishRules.Apply(View, wish, new NodeId(node), session, wish.Run) is not { } record)
        {
            return 0;
        }

        leases[node] = new SimLease(session, Until(lease), agenda.Now + Presence);
        Set(View with { Record = record, Live = View.Live.SetItem(node, session), Present = View.Present.Add(node), Ended = View.Ended.Remove(node), Offers = View.Offers.Remove(node) });
        return session;
    }

    /// <summary>Keeps a stay; false if it is over.</summary>
    public bool Renew(string node, long session)
    {
        if (!leases.TryGetValue(node, out var held) || held.Session != session)
        {
            return false;
        }

        // A longer lease covers the node: nothing is renewed before it has become as short as the usual one.
        leases[node] = new SimLease(session, Math.Max(held.Until, Until(lease)), agenda.Now + Presence);
        if (!View.Present.Contains(node))
        {
            Set(View with { Present = View.Present.Add(node) });
        }

        return true;
    }

    /// <summary>Has a lease last longer by that; false if the stay is over.</summary>
    public bool Extend(string node, long session, TimeSpan by)
    {
        if (!leases.TryGetValue(node, out var held) || held.Session != session)
        {
            return false;
        }

        leases[node] = new SimLease(session, Until(lease + by), agenda.Now + Presence);
        return true;
    }

    /// <summary>Ends a stay.</summary>
    public void End(string node, long session)
    {
        if (leases.TryGetValue(node, out var held) && held.Session == session)
        {
            leases.Remove(node);
            Set(View with { Live = View.Live.Remove(node), Present = View.Present.Remove(node), Offers = View.Offers.Remove(node), Ended = View.Ended.SetItem(node, View.Revision + 1) });
        }
    }

    /// <summary>A change.</summary>
    public WishAnswer Ask(string node, long session, long run, Wish wish)
    {
        if (wish is Wish.PublishOffers offers)
        {
            if (!View.IsLive(new NodeId(node), session))
            {
                return WishAnswer.Refused;
            }

            Set(View with { Offers = View.Offers.SetItem(node, offers.Offers) });
            return WishAnswer.Done;
        }

        if (WishRules.Apply(View, wish, new NodeId(node), session, run) is not { } record)
        {
            return WishAnswer.Refused;
        }

        Set(View with { Record = record });
        return WishAnswer.Done;
    }

    /// <summary>Ends what has run out. Not called while no majority is left.</summary>
    public void Sweep()
    {
        foreach (var (node, held) in leases.Where(held => held.Value.PresentUntil <= agenda.Now).ToList())
        {
            if (held.Until <= agenda.Now)
            {
                End(node, held.Session);
                RanOut(node, held.Session);
            }
            else if (View.Present.Contains(node))
            {
                Set(View with { Present = View.Present.Remove(node) });
            }
        }
    }

    /// <summary>A new leader gives every lease its whole length again.</summary>
    public void Promote()
    {
        foreach (var (node, held) in leases.ToList())
        {
            leases[node] = new SimLease(held.Session, Math.Max(held.Until, Until(lease)), agenda.Now + Presence);
        }
    }

    private long Until(TimeSpan span) => agenda.Now + (span.Ticks * 100);

    private void Set(ClusterView view)
    {
        View = view with { Revision = View.Revision + 1 };
        Changed();
    }
}
