using System.Collections.Immutable;
using NodeAgent.Contract;
using NodeAgent.Core.Nodes;
using NodeAgent.Core.Views;
using NodeAgent.Core.Wishes;
using NodeAgent.Rehearsal.Running;

namespace NodeAgent.Simulation.Failover;

/// <summary>Wrong cores. Each is one mistake that somebody could make; each must be caught.</summary>
internal static class Mutants
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(10);

    public static IReadOnlyList<Mutant> All { get; } = [.. Leases(), .. Watchdogs(), .. Fences(), .. Stops(), .. Losses(), .. Storage(), .. Limits(), .. Others()];

    private static IEnumerable<Mutant> Leases()
    {
        yield return Mutant.OfInput("counts the lease from the answer", (_, _, input, now) =>
            input is NodeInput.Renewed renewed ? renewed with { SentAt = now } : input);
        yield return new Mutant("has a lease that is as long as it takes to demote", NodeMachine.Step)
        {
            Timings = timings => timings with { Lease = timings.Demote },
        };
        yield return new Mutant("forgets its stay when the agent restarts", (settings, state, input, now) =>
            NodeMachine.Step(settings, state.KnowsOwn ? state : NodeState.Fresh with { IsClean = true, IsAttested = state.IsAttested }, input, now));
        yield return new Mutant("believes that all is let go of as soon as it said so", (settings, state, input, now) =>
        {
            var decision = NodeMachine.Step(settings, state, input, now);
            if (!decision.Effects.Any(effect => effect is NodeEffect.ReleaseAll))
            {
                return decision;
            }

            var next = NodeMachine.Step(settings, decision.Next, new NodeInput.AllReleased(), now);
            return new NodeDecision(next.Next, [.. next.Effects]);
        });
    }

    private static IEnumerable<Mutant> Watchdogs()
    {
        yield return Mutant.OfEffect("claims a watchdog that it does not have", (_, _, effect) => effect switch
        {
            NodeEffect.Join join => join with { Wish = join.Wish with { IsAttested = true } },
            NodeEffect.Ask { Wish: Wish.NoteWatchdog } => null,
            _ => effect,
        });
        yield return Mutant.OfEffect("feeds the watchdog beyond the lease", (_, _, effect) =>
            effect is NodeEffect.FeedUntil feed ? feed with { Deadline = feed.Deadline.Add(Long) } : effect);
        yield return Mutant.OfEffect("never tells the guard a deadline", (_, _, effect) => effect is NodeEffect.FeedUntil ? null : effect);
        yield return Mutant.OfInput("believes a fence device that does not answer", (_, _, input, _) =>
            input is NodeInput.FenceEnded ended ? ended with { Confirmed = "surely" } : input);
        yield return new Mutant("takes silence for death", (settings, state, input, now) =>
        {
            var decision = NodeMachine.Step(settings, state, input, now);
            var silent = decision.Next.View?.Record.Members.Values.Where(member => member.Session != 0 && !decision.Next.View.IsLive(member.Node) && member.Fence is null);
            return silent is null ? decision : decision with
            {
                Effects = [.. decision.Effects, .. silent.Select(member => new NodeEffect.Ask(new Wish.Order(Orders.ConfirmDead, member.Node.Value, "it is silent")))],
            };
        });
    }

    private static IEnumerable<Mutant> Fences()
    {
        yield return Mutant.OfInput("takes a second machine under one name for the first after a reboot", (settings, state, input, _) =>
            input is NodeInput.Seen seen && state.Session == 0 ? seen with { View = seen.View with { Present = seen.View.Present.Remove(settings.Self.Value) } } : input)
            with { Flaw = Flaw.LetsTwinsIn };
        yield return new Mutant("takes the end of a lease for the end of another machine under its name", (settings, state, input, now) =>
            NodeMachine.Step(settings, state.View is { } view && state.Another != 0 && !view.IsLive(settings.Self, state.Another) ? state with { Another = 0 } : state, input, now));
        yield return new Mutant("cuts power although nobody could go on", (settings, state, input, now) =>
        {
            var decision = NodeMachine.Step(settings, state, input, now);
            if (decision.Next is not { View: { } view, Session: not 0 })
            {
                return decision;
            }

            var silent = view.Record.Members.Values.Where(member => member.Node != settings.Self && settings.CanFence(member.Node)
                && view.IsLive(member.Node, member.Session) && !view.Present.Contains(member.Node.Value)
                && view.Record.Services.Values.Any(service => service.Owner?.Node == member.Node && service.Owner.Session == member.Session));
            return decision with
            {
                Effects = [.. decision.Effects.Where(effect => effect is not NodeEffect.Ask { Wish: Wish.EndFence { Proof: null } }),
                    .. silent.Select(member => member.Fence is { Done: null } fence && fence.By == settings.Self && fence.Session == member.Session
                        ? new NodeEffect.Fence(member.Node, member.Session) : (NodeEffect)new NodeEffect.Ask(new Wish.BeginFence(member.Node, member.Session)))],
            };
        });
        yield return new Mutant("takes a stay away from a node that was silent for half of its lease", NodeMachine.Step) { Flaw = Flaw.TakesStaysTooEarly };
        yield return new Mutant("looks only before it begins to cut power", NodeMachine.Step) { Flaw = Flaw.CutsWithoutALastLook };
        yield return new Mutant("does not ask who has a watchdog", (settings, state, input, now) =>
        {
            // What it would do if its own were attested.
            var decision = NodeMachine.Step(settings, state, input, now);
            if (state.IsAttested || decision.Next.View is not { } view || view.Record.Member(settings.Self) is not { } member)
            {
                return decision;
            }

            var watched = view with { Record = view.Record.With(member with { IsAttested = true }) };
            var vain = NodeMachine.Step(settings, state with { View = watched, IsAttested = true }, new NodeInput.Ticked(), now);
            return decision with { Effects = [.. decision.Effects, .. vain.Effects.Where(effect => effect is NodeEffect.Ask { Wish: Wish.Take })] };
        });
    }

    private static IEnumerable<Mutant> Stops()
    {
        yield return new Mutant("lets go before it has stopped", (settings, state, input, now) =>
        {
            var decision = NodeMachine.Step(settings, state, input, now);
            return decision with
            {
                Effects = [.. decision.Effects.SelectMany(effect => effect is NodeEffect.Stop stop
                    ? [new NodeEffect.Ask(new Wish.Release(stop.Service, stop.Epoch, null, null, null, false, "it stops")), effect] : new[] { effect })],
            };
        });
        yield return Mutant.OfInput("takes a failed stop for a stop", (_, _, input, _) => input switch
        {
            NodeInput.Stopped stopped => stopped with { Failure = null },
            NodeInput.Closed closed => closed with { Failure = null },
            _ => input,
        });
        yield return Mutant.OfInput("takes a failed release for a release", (_, _, input, _) =>
            input is NodeInput.ReleaseFailed ? new NodeInput.AllReleased() : input);
        yield return Mutant.OfEffect("never tells that it let go", (_, _, effect) => effect is NodeEffect.Ask { Wish: Wish.Release } ? null : effect);
    }

    private static IEnumerable<Mutant> Losses()
    {
        yield return Mutant.OfInput("believes that the store knows every epoch", (_, _, input, _) =>
            input is NodeInput.Seen seen ? seen with { View = Aged(seen.View) } : input) with { Flaw = Flaw.TrustsAnOldStore };
        yield return Mutant.OfInput("gives nobody what a restored store says that nobody ever had", (_, _, input, _) => input is NodeInput.Seen seen
            ? seen with { View = seen.View with { Record = Changed(seen.View.Record, service => service.Epoch == Epoch.None ? service with { LossAccepted = Epoch.None } : service) } } : input);
        yield return new Mutant("forgets what it saw of the store", NodeMachine.Step) { Flaw = Flaw.ForgetsTheStore };
        yield return new Mutant("takes what was settled once for settled in every store", NodeMachine.Step) { Flaw = Flaw.TrustsEverySettlement };
        yield return Mutant.OfInput("takes a loss that was accepted before a backup for the one that the store has forgotten", (_, _, input, _) => input is NodeInput.Seen seen
            ? seen with { View = seen.View with { Record = Changed(seen.View.Record, service => service.LossAccepted == service.Epoch && service.Epoch != Epoch.None ? StoreAge.Accept(seen.View, service) : service) } } : input)
            with { Flaw = Flaw.TrustsEveryAcceptance };
        yield return new Mutant("states what was lost when the lease ended", (settings, state, input, now) =>
        {
            // And not when its power was cut: without a watchdog it wrote on until then.
            var decision = NodeMachine.Step(settings, state, input, now);
            return decision with { Next = decision.Next with { Orphans = decision.Next.Orphans.ToImmutableSortedDictionary(orphan => orphan.Key, orphan => orphan.Value with { Proved = null }, StringComparer.Ordinal) } };
        });
        yield return Mutant.OfEffect("says that nothing is lost", (_, _, effect) =>
            effect is NodeEffect.Ask { Wish: Wish.Take take } ? new NodeEffect.Ask(take with { Loss = TimeSpan.Zero }) : effect);
        yield return Mutant.OfInput("accepts any loss", (_, _, input, _) => input is NodeInput.Seen seen ? seen with
        {
            View = seen.View with { Record = Relaxed(seen.View.Record) },
        } : input);
        yield return Mutant.OfInput("takes any copy for the writer's own data", (_, _, input, _) => input is NodeInput.Looked looked ? looked with
        {
            Offers = looked.Offers with { OfService = looked.Offers.OfService.ToDictionary(offer => offer.Key, offer => Offer.Head(offer.Value.Epoch), StringComparer.Ordinal).ToSorted() },
        } : input);
        yield return Mutant.OfInput("takes every copy for fresh", (_, _, input, _) => input is NodeInput.Looked looked ? looked with
        {
            Offers = looked.Offers with { OfService = looked.Offers.OfService.ToDictionary(offer => offer.Key, offer => offer.Value with { Age = TimeSpan.Zero }, StringComparer.Ordinal).ToSorted() },
        } : input);
    }

    private static IEnumerable<Mutant> Storage()
    {
        yield return new Mutant("has storage that writes on before it is recorded that a copy misses it", NodeMachine.Step) { Flaw = Flaw.WritesOnBeforeItIsRecorded };
        yield return new Mutant("has storage that certifies a copy before all of it was copied", NodeMachine.Step) { Flaw = Flaw.CertifiesTooEarly };
        yield return new Mutant("has storage that opens copies that are not certified", NodeMachine.Step) { Flaw = Flaw.IgnoresCertificates };
    }

    private static IEnumerable<Mutant> Limits()
    {
        yield return Vain("puts together what is to be apart", (service, _) => service with { Policy = service.Policy with { Apart = [] } });
        yield return Vain("takes what may not run there", (service, self) => service.Policy.Nodes.Contains(self) ? service : service with { Policy = service.Policy with { Nodes = service.Policy.Nodes.Add(self) } });
        yield return Vain("goes on after it was given up", (service, _) => service with { Failures = 0 });
        yield return Vain("tries again at once where it failed", (service, _) => service with { FailedOn = service.FailedOn.Clear() });
        yield return VainIn("takes services although it is drained", (record, self) => record.Member(self) is { } member ? record.With(member with { IsDrained = false }) : record);
        yield return VainIn("takes what another had although takeovers are disarmed", (record, _) => record with { Arm = record.Arm with { IsArmed = true } }) with { Flaw = Flaw.TakesWhileDisarmed };
        yield return Mutant.OfInput("restarts what fails without end", (_, _, input, _) => input is NodeInput.Seen seen
            ? seen with { View = seen.View with { Record = Changed(seen.View.Record, service => service with { Policy = service.Policy with { RestartLimit = 100 } }) } } : input);
        yield return Mutant.OfEffect("takes every letting go for a failure", (_, _, effect) =>
            effect is NodeEffect.Ask { Wish: Wish.Release { Failure: null } release } ? new NodeEffect.Ask(release with { Failure = "it let go" }) : effect);
    }

    private static Mutant Vain(string name, Func<ServiceRecord, NodeId, ServiceRecord> change) =>
        VainIn(name, (record, self) => Changed(record, service => change(service, self)));

    // A core that takes, besides what it may, what it would take if the record said something else.
    private static Mutant VainIn(string name, Func<ClusterRecord, NodeId, ClusterRecord> change) => new(name, (settings, state, input, now) =>
    {
        var decision = NodeMachine.Step(settings, state, input, now);
        if (decision.Next.View is not { } view)
        {
            return decision;
        }

        var vain = NodeMachine.Step(settings, state with { View = view with { Record = change(view.Record, settings.Self) } }, new NodeInput.Ticked(), now);
        return decision with { Effects = [.. decision.Effects, .. vain.Effects.Where(effect => effect is NodeEffect.Ask { Wish: Wish.Take take } && !decision.Effects.Contains(effect))] };
    });

    private static ClusterRecord Changed(ClusterRecord record, Func<ServiceRecord, ServiceRecord> change) =>
        record.Services.Values.Aggregate(record, (so, service) => so.With(change(service)));

    private static IEnumerable<Mutant> Others()
    {
        yield return Mutant.OfEffect("writes in the epoch before", (_, _, effect) =>
            effect is NodeEffect.Promote promote ? promote with { Epoch = new Epoch(promote.Epoch.Value - 1) } : effect);
        yield return new Mutant("moves what runs, again and again", (settings, state, input, now) =>
        {
            var decision = NodeMachine.Step(settings, state, input, now);
            return input is not NodeInput.Started { Failure: null } started ? decision : decision with
            {
                Effects = [.. decision.Effects, .. decision.Next.View!.Record.Service(started.Service)!.Policy.Nodes.Where(node => node != settings.Self).Take(1)
                    .Select(node => new NodeEffect.Ask(new Wish.Order(Orders.Move, started.Service, "again", node)))],
            };
        });
        yield return new Mutant("goes back while others are on their way", (settings, state, input, now) =>
        {
            var decision = NodeMachine.Step(settings, state, input, now);
            if (decision.Next.View is not { } view || decision.Marks.Contains(Mark.FailsBack))
            {
                return decision;
            }

            var rash = NodeMachine.Step(settings, state with { View = state.View is { } before ? Settled(before) : null }, input is NodeInput.Seen seen ? seen with { View = Settled(seen.View) } : input, now);
            return rash.Marks.Contains(Mark.FailsBack) ? rash with { Next = rash.Next with { View = view } } : decision;
        });
        yield return Mutant.OfInput("never looks at the store again", (_, state, input, _) => input is NodeInput.Seen && state.View is not null ? null : input);
    }

    // Everything that somebody has runs, and nothing is kept for anybody.
    private static ClusterView Settled(ClusterView view)
    {
        var record = view.Record;
        foreach (var service in record.Services.Values)
        {
            record = record.With(service.Owner is null ? service with { KeptFor = null } : service with { Phase = ServicePhase.Running });
        }

        return view with { Record = record };
    }

    // No data is newer than the record.
    private static ClusterView Aged(ClusterView view) => view with
    {
        Offers = view.Offers.ToImmutableSortedDictionary(node => node.Key, node => node.Value with
        {
            OfService = node.Value.OfService.ToImmutableSortedDictionary(offer => offer.Key, offer => view.Record.Service(offer.Key) is { } service && service.Epoch < offer.Value.Epoch
                ? offer.Value with { Epoch = service.Epoch } : offer.Value, StringComparer.Ordinal),
        }, StringComparer.Ordinal),
    };

    private static ClusterRecord Relaxed(ClusterRecord record)
    {
        foreach (var service in record.Services.Values)
        {
            record = record.With(service with { Policy = service.Policy with { LossLimit = TimeSpan.MaxValue } });
        }

        return record;
    }
}
