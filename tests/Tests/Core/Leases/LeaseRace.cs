using NodeAgent.Contract;
using NodeAgent.Core.Leases;

namespace NodeAgent.Tests.Core.Leases;

/// <summary>One run: the holder renews for a while under faults, then is cut off. Steps of 10 ms of true time.</summary>
internal sealed class LeaseRace(int seed, Mistake world)
{
    private const double StepSeconds = 0.01;
    private readonly Random choice = new(seed);
    private readonly List<(double At, double SentAt)> answers = [];
    private LocalLease lease = LocalLease.None;
    private double rate;
    private double storeRate;
    private double leaseUntil;
    private double lastSent = -1;
    private double lastFed;
    private double stalledUntil;
    private double feedUntil;
    private bool released;

    /// <summary>What went wrong, or null.</summary>
    public string? Run()
    {
        rate = 1 + (((2 * choice.NextDouble()) - 1) * world.ClockError);
        storeRate = 1 + (((2 * choice.NextDouble()) - 1) * world.ClockError);
        var cutAt = 2 + (choice.NextDouble() * 10);
        for (var now = 0.0; now < cutAt + 40; now += StepSeconds)
        {
            if (choice.Next(300) == 0)
            {
                stalledUntil = now + (choice.NextDouble() * choice.Next(1, 20));
            }

            Guard(now);
            if (lastFed > 0 && now > lastFed + world.DeviceSeconds + world.Timings.Choice.DeviceSlack.TotalSeconds)
            {
                return null;
            }

            if (now >= stalledUntil)
            {
                Agent(now, isCut: now > cutAt);
            }

            if (leaseUntil > 0 && now > leaseUntil)
            {
                return released || lease.Standing == LeaseStanding.Idle ? null : $"at {now:F2} s a survivor may begin, and the holder is {lease.Standing}";
            }
        }

        return null;
    }

    // The guard is its own process: it goes on while the agent is stalled.
    private void Guard(double now)
    {
        if (feedUntil > 0 && !released && (world.GuardIgnoresDeadline || now * rate < feedUntil))
        {
            lastFed = now;
        }
    }

    private void Agent(double now, bool isCut)
    {
        foreach (var answer in answers.Where(answer => answer.At <= now).ToList())
        {
            answers.Remove(answer);
            Take(new LeaseInput.Renewed(At(world.CountsFromAnswer ? now * rate : answer.SentAt)), now);
        }

        Take(new LeaseInput.Ticked(), now);
        if (now * rate >= lastSent + world.Timings.RenewEvery.TotalSeconds && lease.Standing != LeaseStanding.Demoting)
        {
            lastSent = now * rate;
            Send(now, isCut);
        }
    }

    // The question may be lost, or arrive late; so may the answer.
    private void Send(double now, bool isCut)
    {
        if (isCut || choice.Next(4) == 0 || (leaseUntil > 0 && now > leaseUntil))
        {
            return;
        }

        var arrived = now + (choice.NextDouble() * choice.NextDouble());
        leaseUntil = Math.Max(leaseUntil, arrived + (world.Timings.Lease.TotalSeconds / storeRate));
        if (choice.Next(4) != 0)
        {
            answers.Add((arrived + (choice.NextDouble() * choice.Next(1, 4)), lastSent));
        }
    }

    private void Take(LeaseInput input, double now)
    {
        (lease, var effects) = lease.Step(world.Timings, input, At(now * rate));
        foreach (var effect in effects)
        {
            switch (effect)
            {
                case LeaseEffect.FeedUntil feed:
                    feedUntil = feed.Deadline.Nanoseconds / 1e9;
                    break;
                case LeaseEffect.ReleaseAll when choice.Next(2) == 0:
                    released = true;
                    break;
                default:
                    break;
            }
        }
    }

    private static Instant At(double seconds) => new((long)(seconds * 1e9));
}
