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

    public static IReadOnlyList<Mutant> All { get; } = [.. Leases(), .. Watchdogs(), .. Stops(), .. Losses(), .. Storage(), .. Others()];

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
        yield return new Mutant("has storage that writes on before it is recorded that a copy misses it", NodeMachine.Step) { Flaw = StorageFlaw.WritesOnBeforeItIsRecorded };
        yield return new Mutant("has storage that certifies a copy before all of it was copied", NodeMachine.Step) { Flaw = StorageFlaw.CertifiesTooEarly };
        yield return new Mutant("has storage that opens copies that are not certified", NodeMachine.Step) { Flaw = StorageFlaw.IgnoresCertificates };
    }

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
        yield return Mutant.OfInput("never looks at the store again", (_, state, input, _) => input is NodeInput.Seen && state.View is not null ? null : input);
    }

    private static ClusterRecord Relaxed(ClusterRecord record)
    {
        foreach (var service in record.Services.Values)
        {
            record = record.With(service with { Policy = service.Policy with { LossLimit = TimeSpan.MaxValue } });
        }

        return record;
    }
}
