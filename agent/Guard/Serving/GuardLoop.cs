using NodeAgent.Guard.Deciding;
using NodeAgent.Guard.Native;

namespace NodeAgent.Guard.Serving;

/// <summary>One thread, one wait. The device comes first; each agent is heard once a turn, and only so often a beat.</summary>
internal sealed unsafe class GuardLoop(Feeding feeding, LastWords words, int listener, byte[] bootId)
{
    private const int Timer = 0;
    private const int Signals = 1;
    private const int Listening = 2;
    private const int FirstAgent = 3;
    private const int RoomForRequest = 256;
    private const int AcceptsPerBeat = 8;

    private readonly Connections connections = new();
    private readonly BootTimer timer = new();
    private readonly int signals = BlockedSignals.Open();
    private int accepts;
    private long awaited;
    private bool stopWanted;

    public LoopEnd Run()
    {
        var entries = stackalloc PollEntry[FirstAgent + Connections.Places];
        feeding.Beat(KernelClock.Now);
        Refill();
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        while (true)
        {
            Wait(entries);
            Beat();
            feeding.Sight.Allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
            if (entries[Signals].Seen != 0 && Obey(BlockedSignals.Next(signals)))
            {
                return LoopEnd.Reload;
            }

            Hear(entries);
            Announce();
            if (stopWanted && feeding.State.Phase == GuardPhase.Disarmed)
            {
                return LoopEnd.Stop;
            }
        }
    }

    private void Wait(PollEntry* entries)
    {
        awaited = feeding.NextWake;
        timer.Set(awaited);
        entries[Timer] = Watch(timer.Descriptor);
        entries[Signals] = Watch(signals);
        // A descriptor below zero is passed over.
        entries[Listening] = Watch(accepts > 0 ? listener : -1);
        for (var i = 0; i < Connections.Places; i++)
        {
            entries[FirstAgent + i] = Watch(connections[i].Budget > 0 ? connections[i].Descriptor : -1);
        }

        if (LibC.ppoll(entries, FirstAgent + Connections.Places, null, null) < 0)
        {
            for (var i = 0; i < FirstAgent + Connections.Places; i++)
            {
                entries[i].Seen = 0;
            }
        }
    }

    private static PollEntry Watch(int descriptor) => new() { Descriptor = descriptor, Wanted = PollEntry.Readable };

    private void Beat()
    {
        var now = KernelClock.Now;
        if (now < awaited)
        {
            return;
        }

        feeding.Sight.MostLate = Math.Max(feeding.Sight.MostLate, now - awaited);
        feeding.Beat(now);
        Refill();
        Announce();
    }

    private void Refill()
    {
        accepts = AcceptsPerBeat;
        connections.Refill();
    }

    /// <summary>True if the program is to be started anew.</summary>
    private bool Obey(int signal)
    {
        if (signal is 0 or BlockedSignals.Pipe)
        {
            return false;
        }

        if (signal == BlockedSignals.Reload)
        {
            return true;
        }

        if (!stopWanted && feeding.State.Phase != GuardPhase.Disarmed)
        {
            words.WillNotStop();
        }

        stopWanted = true;
        return false;
    }

    private void Hear(PollEntry* entries)
    {
        for (var i = 0; i < Connections.Places; i++)
        {
            if (entries[FirstAgent + i].Seen != 0 && entries[FirstAgent + i].Descriptor == connections[i].Descriptor)
            {
                Hear(i);
            }
        }

        if (entries[Listening].Seen != 0)
        {
            accepts--;
            _ = connections.Accept(listener, feeding.State.Agent);
        }
    }

    private void Hear(int place)
    {
        ref var agent = ref connections[place];
        var room = stackalloc byte[RoomForRequest];
        var length = LibC.recv(agent.Descriptor, room, RoomForRequest, LibC.DontWait | LibC.Truncated);
        if (length <= 0)
        {
            if (length == 0 || Errno.Last is not (Errno.TryAgain or Errno.Interrupted))
            {
                connections.Close(place);
            }

            return;
        }

        agent.Budget--;
        var bytes = new ReadOnlySpan<byte>(room, (int)Math.Min(length, RoomForRequest));
        var verdict = Verdict.Malformed;
        if (length <= RoomForRequest && Wire.TryRead(bytes, bootId, agent.Number, agent.UserId, out var message))
        {
            verdict = feeding.Handle(message, bytes[Wire.RequestSize..]);
        }
        else
        {
            feeding.Sight.Refused++;
        }

        Answer(place, verdict);
    }

    // Whoever does not read what he asked for is let go: an agent that was frozen connects again.
    private void Answer(int place, Verdict verdict)
    {
        var room = stackalloc byte[Wire.AnswerSize];
        Wire.Write(new(room, Wire.AnswerSize), verdict, feeding.State, feeding.Sight);
        if (LibC.send(connections[place].Descriptor, room, Wire.AnswerSize, LibC.DontWait | LibC.NoSignal) < 0)
        {
            connections.Close(place);
        }
    }

    private void Announce()
    {
        if (!feeding.TakeChanged())
        {
            return;
        }

        for (var i = 0; i < Connections.Places; i++)
        {
            if (connections[i].Descriptor >= 0 && feeding.State.Trusts(connections[i].UserId))
            {
                Answer(i, Verdict.Notice);
            }
        }
    }
}
