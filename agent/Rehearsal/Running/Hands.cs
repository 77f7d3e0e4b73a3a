using NodeAgent.Contract;
using NodeAgent.Core.Nodes;
using NodeAgent.Core.Wishes;

namespace NodeAgent.Rehearsal.Running;

/// <summary>Does what a node decided, as late and as badly as the real world does.</summary>
internal sealed class Hands(World world)
{
    // Longer than a fence agent takes to read back that the power is off.
    private static readonly TimeSpan FoundOff = TimeSpan.FromSeconds(10);

    public void Do(SimAgent agent, NodeEffect effect)
    {
        switch (effect)
        {
            case NodeEffect.Join join:
                AskStore(agent, sent => Join(agent, join, sent), null);
                break;
            case NodeEffect.Renew renew:
                AskStore(agent, sent => world.Store.Renew(Name(agent), renew.Session) ? new NodeInput.Renewed(renew.Session, sent) : new NodeInput.LeaseEnded(renew.Session), null);
                break;
            case NodeEffect.EndSession end:
                AskStore(agent, _ => { world.Store.End(Name(agent), end.Session); return null; }, null);
                break;
            case NodeEffect.Ask ask:
                var (session, run) = (agent.State.Session, agent.Run);
                AskStore(agent, _ => new NodeInput.Answered(ask.Wish, world.Ask(agent.Machine, session, run, ask.Wish)), new NodeInput.Answered(ask.Wish, WishAnswer.Unknown));
                break;
            case NodeEffect.FeedUntil feed:
                Feed(agent, feed.Deadline);
                break;
            case NodeEffect.StandDown:
                agent.Machine.Deadline = null;
                TellLoss(agent);
                break;
            case NodeEffect.Reset reset:
                world.Power.Reset(agent.Machine, reset.Reason);
                break;
            case NodeEffect.Fence fence:
                Fence(agent, fence);
                break;
            case NodeEffect.Look look:
                Later(agent, Purpose.Look, 5, 50, () => new NodeInput.Looked(world.Copies.Offers(agent.Machine, look.Seen), look.AskedAt));
                break;
            case NodeEffect.Tell { Kind: "waiting" } wait:
                world.TellWaiting(Name(agent), wait.Subject, wait.Text);
                break;
            case NodeEffect.Tell tell:
                world.Tell(Name(agent), $"{tell.Kind} {tell.Subject}: {tell.Text}");
                break;
            default:
                world.Parts.Do(agent, effect);
                break;
        }
    }

    /// <summary>After a while, if the node still is in the same boot; the answer reaches only the process that asked.</summary>
    public void Later(SimAgent agent, Purpose purpose, double least, double most, Func<NodeInput?> action)
    {
        var (process, boots) = (agent.Process, agent.Machine.Boots);
        world.Agenda.After(
            world.Draw(TimeSpan.FromMilliseconds(least), TimeSpan.FromMilliseconds(most), purpose, agent.Machine.Index),
            () => Act(agent, process, boots, action));
    }

    private void Act(SimAgent agent, int process, int boots, Func<NodeInput?> action)
    {
        if (!agent.Machine.IsUp || agent.Machine.Boots != boots)
        {
            return;
        }

        // A node that stands still does nothing at all until it goes on.
        if (agent.Machine.IsStalled)
        {
            world.Agenda.At(agent.Machine.StalledUntil, () => Act(agent, process, boots, action));
            return;
        }

        if (action() is { } input)
        {
            agent.Take(input, process);
        }
    }

    private static string Name(SimAgent agent) => agent.Machine.Plan.Name;

    // Counted from before it asks. The question may be lost, or only its answer: then it happened.
    private void AskStore(SimAgent agent, Func<Instant, NodeInput?> question, NodeInput? silence)
    {
        var sent = agent.Machine.Clock;
        var most = agent.Machine.Slowness.TotalMilliseconds;
        Later(agent, Purpose.Ask, 0.3, most, () =>
        {
            var isHeard = world.Network.ReachesStore(agent.Machine);
            var answer = isHeard ? question(sent) : null;
            var isLost = !isHeard || (answer is not null && world.Share(Purpose.LostAnswer, agent.Machine.Index) < 0.01);
            if (!isLost)
            {
                Later(agent, Purpose.Answer, 0.3, most, () => world.Network.ReachesStore(agent.Machine) ? answer : silence);
            }
            else if (silence is not null)
            {
                Later(agent, Purpose.Answer, 900, 1100, () => silence);
            }

            return null;
        });
    }

    private NodeInput.Joined? Join(SimAgent agent, NodeEffect.Join join, Instant sent)
    {
        var session = world.Store.Join(Name(agent), join.Wish);
        if (session == 0)
        {
            return null;
        }

        world.Tell(Name(agent), $"joined with stay {session}");
        return new NodeInput.Joined(session, sent);
    }

    // The guard is another process: it goes on when the agent does not.
    private void Feed(SimAgent agent, Instant deadline)
    {
        var machine = agent.Machine;
        if (!machine.HasWatchdog)
        {
            TellLoss(agent);
            return;
        }

        var wasCounting = machine.Deadline is not null;
        if (machine.Deadline is null || machine.Deadline.Value < deadline)
        {
            machine.Deadline = deadline;
            world.Power.WatchDeadline(machine, deadline);
        }

        if (!wasCounting || !agent.State.IsGuarded)
        {
            Later(agent, Purpose.Look, 0.2, 8, () => new NodeInput.GuardTold(machine.HasWatchdog, machine.Deadline is not null));
        }
    }

    // A guard that counts nothing and has no device says so as soon as it is asked anything.
    private void TellLoss(SimAgent agent)
    {
        if (agent.Machine is { HasWatchdog: false, Deadline: null } && agent.State.IsAttested)
        {
            Later(agent, Purpose.Look, 0.2, 8, () => new NodeInput.GuardTold(agent.Machine.HasWatchdog, agent.Machine.Deadline is not null));
        }
    }

    // Once everything was mended, somebody finds it off: after the fence agent read back that it is.
    private void Cut(SimMachine machine, string why)
    {
        world.Power.Off(machine, why);
        if (machine.ComesBack)
        {
            world.Agenda.After(FoundOff, () => world.Power.On(machine, "is found off, and is switched on again"));
        }
    }

    private void Fence(SimAgent agent, NodeEffect.Fence fence)
    {
        var target = world.Machine(fence.Node.Value);
        var isHasty = world.Flaw == Flaw.CutsWithoutALastLook;
        Later(agent, Purpose.Fence, isHasty ? 2000 : 20, isHasty ? 10_000 : 200, () =>
        {
            // Looked at once more just before: a node that is heard again is left alone.
            var isWanted = target.Plan.CanBeFenced && target.FenceWorks && world.Network.ReachesStore(agent.Machine)
                && (isHasty || world.Store.View.IsToBeCut(fence.Node, fence.Session));
            if (isWanted)
            {
                Choices.LookAtCut(world, fence);
                Cut(target, $"its power was cut by {Name(agent)}");
            }

            Later(agent, Purpose.Fence, 1000, 4000, () => new NodeInput.FenceEnded(fence.Node, fence.Session, isWanted ? "power is off, read back" : null));
            return null;
        });
    }
}
