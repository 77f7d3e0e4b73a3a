using NodeAgent.Guard.Native;

namespace NodeAgent.Guard.Serving;

/// <summary>Who is connected. A fixed number of places, so that nobody can make the guard grow.</summary>
internal sealed unsafe class Connections
{
    public const int Places = 8;
    private const int PerBeat = 32;

    private readonly Connection[] places = new Connection[Places];
    private ulong lastNumber;

    public Connections()
    {
        for (var i = 0; i < Places; i++)
        {
            places[i].Descriptor = -1;
        }
    }

    public ref Connection this[int place] => ref places[place];

    /// <summary>A new beat: everybody is heard again.</summary>
    public void Refill()
    {
        for (var i = 0; i < Places; i++)
        {
            places[i].Budget = PerBeat;
        }
    }

    /// <summary>Takes the next who waits. If all places are taken, the oldest goes that is not the agent in charge.</summary>
    /// <returns>The place; -1 if nobody waits.</returns>
    public int Accept(int listener, ulong agent)
    {
        var descriptor = LibC.accept4(listener, null, null, LibC.NonBlocking | LibC.CloseOnExec);
        if (descriptor < 0)
        {
            return -1;
        }

        var credentials = stackalloc uint[3];
        var length = 12u;
        if (LibC.getsockopt(descriptor, LibC.SocketLevel, LibC.PeerCredentials, credentials, &length) < 0)
        {
            _ = LibC.close(descriptor);
            return -1;
        }

        var place = Room(agent);
        Close(place);
        places[place] = new() { Descriptor = descriptor, Number = ++lastNumber, UserId = credentials[1], Budget = PerBeat };
        return place;
    }

    public void Close(int place)
    {
        if (places[place].Descriptor >= 0)
        {
            _ = LibC.close(places[place].Descriptor);
            places[place].Descriptor = -1;
        }
    }

    private int Room(ulong agent)
    {
        var oldest = -1;
        for (var i = 0; i < Places; i++)
        {
            if (places[i].Descriptor < 0)
            {
                return i;
            }

            if (places[i].Number != agent && (oldest < 0 || places[i].Number < places[oldest].Number))
            {
                oldest = i;
            }
        }

        return oldest;
    }
}
