using NodeAgent.Contract;
using NodeAgent.Core.Views;
using NodeAgent.Core.Wishes;

namespace NodeAgent.Rehearsal.Running;

/// <summary>The cluster store as it behaves when it answers: one order of all changes, leases that never end too early.</summary>
internal sealed class SimStore(Agenda agenda, TimeSpan lease, Flaw flaw)
{
    private const long Presence = 2_000_000_000;
    private readonly Dictionary<string, SimLease> leases = new(StringComparer.Ordinal);
    private long sessions;
    private long backupRevision;
    private int stores = 1;

    /// <summary>The state.</summary>
    public ClusterView View { get; private set; } = ClusterView.Empty;

    /// <summary>Called after every change.</summary>
    public Action Changed { get; set; } = () => { };

    /// <summary>Called when the lease of a node's stay has run out.</summary>
    public Action<string, long> RanOut { get; set; } = (_, _) => { };

    /// <summary>The record as it was backed up last; null: it never was.</summary>
    public ClusterRecord? Backup { get; private set; }

    /// <summary>True once it was restored: then it may know less than the nodes.</summary>
    public bool WasRestored { get; private set; }

    /// <summary>What an operator has configured.</summary>
    public void Begin(ClusterRecord record) => View = View with { Record = record, Revision = 1, Store = "store-1" };

    /// <summary>What the rehearsal itself changes.</summary>
    public void Replace(ClusterRecord record) => Set(View with { Record = record });

    /// <summary>Keeps the record for later.</summary>
    public void BackUp() => (Backup, backupRevision) = (View.Record, View.Revision);

    /// <summary>The record and the revision are as they were backed up, and nobody is here.</summary>
    /// <param name="isAnother">True if it is another store from now on.</param>
    public void Restore(bool isAnother)
    {
        leases.Clear();
        WasRestored = true;
        stores += isAnother ? 1 : 0;
        View = View with { Revision = backupRevision };
        Set(ClusterView.Empty with { Record = Backup!, Store = $"store-{stores}" });
    }

    /// <summary>A new stay; zero if it is refused.</summary>
    public long Join(string node, Wish.Join wish)
    {
        var session = ++sessions;
        var seen = flaw == Flaw.LetsTwinsIn ? View with { Present = View.Present.Remove(node) } : View;
        if (WishRules.Apply(seen, wish, new NodeId(node), session, wish.Run) is not { } record)
        {
            return 0;
        }

        leases[node] = new SimLease(session, Until(lease), agenda.Now + Presence, agenda.Now, agenda.Now, agenda.Now, lease);
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
        var next = Heard(held) with { Until = Math.Max(held.Until, Until(lease)), PresentUntil = agenda.Now + Presence };
        leases[node] = held.From + Nanoseconds(held.Length) > Until(lease) ? next with { PresentUntil = Math.Max(held.PresentUntil, next.PresentUntil) }
            : next with { From = agenda.Now, Length = lease };
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

        // And as long a presence: nobody must take the silence for a reason to cut its power.
        leases[node] = Heard(held) with { Until = Until(lease + by), PresentUntil = Until(lease + by), From = agenda.Now, Length = lease + by };
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

        if (WishRules.Apply(Believed(wish), wish, new NodeId(node), session, run) is not { } record)
        {
            return WishAnswer.Refused;
        }

        Set(View with { Record = flaw == Flaw.TakesWhileDisarmed && wish is Wish.Take ? record with { Arm = View.Record.Arm } : record });
        return WishAnswer.Done;
    }

    // What a store with such a flaw decides by.
    private ClusterView Believed(Wish wish) => (flaw, wish) switch
    {
        (Flaw.TrustsAnOldStore, _) => View with { Offers = ClusterView.Empty.Offers },
        (Flaw.TakesWhileDisarmed, Wish.Take) => View with { Record = View.Record with { Arm = View.Record.Arm with { IsArmed = true } } },
        (Flaw.TrustsEveryAcceptance, Wish.Take take) when View.Record.Service(take.Service) is { } service && service.LossAccepted == service.Epoch =>
            View with { Record = View.Record.With(StoreAge.Accept(View, service)) },
        _ => View,
    };

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
            leases[node] = held with { Until = Math.Max(held.Until, Until(lease)), PresentUntil = agenda.Now + Presence };
        }
    }

    /// <summary>
    /// Takes the stays of nodes away that were not heard for that share of their leases by the observer's clock, while it heard itself. The
    /// store may have kept their leases longer.
    /// </summary>
    public void EndSilent(string observer, double rate, double share)
    {
        if (!leases.TryGetValue(observer, out var own) || agenda.Now > own.Heard + LongestPause)
        {
            return;
        }

        foreach (var (node, held) in leases.Where(held => held.Key != observer && Nanoseconds(held.Value.Length) > LongestPause && (agenda.Now - Math.Max(held.Value.From, own.HeardSince)) * rate >= Nanoseconds(held.Value.Length) * share).ToList())
        {
            End(node, held.Session);
            RanOut(node, held.Session);
        }
    }

    private SimLease Heard(SimLease held) => held with { Heard = agenda.Now, HeardSince = agenda.Now > held.Heard + LongestPause ? agenda.Now : held.HeardSince };

    private long LongestPause => Math.Max(2 * Presence, Nanoseconds(lease * 0.4));

    private static long Nanoseconds(TimeSpan span) => span.Ticks * 100;

    private long Until(TimeSpan span) => agenda.Now + Nanoseconds(span);

    private void Set(ClusterView view)
    {
        View = view with { Revision = View.Revision + 1 };
        Changed();
    }
}
