using System.Collections.Concurrent;

using Microsoft.Win32.SafeHandles;

using NodeAgent.Contract;
using NodeAgent.Linux.Native;

namespace NodeAgent.Linux.Bus;

/// <summary>
/// One connection with a thread of its own; sd-bus is touched on that thread only. It ends at the first error of the
/// connection: every open call gets a fault, and <see cref="Lost"/> says why. Nothing here waits for the other side.
/// </summary>
internal sealed class BusConnection : IDisposable
{
    private readonly string address;
    private readonly ConcurrentQueue<(Action<nint> Do, Action<Fault>? GiveUp)> work = new();
    private readonly HashSet<BusPending> pending = [];
    private readonly HashSet<BusMatch> matches = [];
    private readonly TaskCompletionSource<Fault> lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SafeFileHandle wakeRead;
    private readonly SafeFileHandle wakeWrite;
    private readonly Lock gate = new();
    private bool isOver;
    private volatile bool isClosing;

    private BusConnection(string address, SafeFileHandle wakeRead, SafeFileHandle wakeWrite)
    {
        this.address = address;
        this.wakeRead = wakeRead;
        this.wakeWrite = wakeWrite;
    }

    /// <summary>Ends when the connection is lost or closed, with the reason.</summary>
    public Task<Fault> Lost => lost.Task;

    /// <summary>Connects. Whether the other side speaks is seen at the first call.</summary>
    public static BusConnection Open(string address)
    {
        var (read, write) = Descriptor.Pipe() ?? throw new InvalidOperationException($"pipe2: {Errno.Text(Errno.Last)}");
        Descriptor.MakeNonBlocking(read);
        Descriptor.MakeNonBlocking(write);
        var connection = new BusConnection(address, read, write);
        new Thread(connection.Run) { IsBackground = true, Name = "bus" }.Start();
        return connection;
    }

    /// <summary>Calls a method. sd-bus itself gives up after <paramref name="limit"/>.</summary>
    public async Task<Outcome<T>> CallAsync<T>(BusCall call, Func<BusReader, T> read, TimeSpan limit)
    {
        var waiting = new BusPending<T>(call, read) { Ended = ended => pending.Remove(ended) };
        var microseconds = (ulong)Math.Max(1, limit.TotalMicroseconds);
        var isQueued = Post(
            bus =>
            {
                _ = pending.Add(waiting);
                waiting.Send(bus, microseconds);
            },
            waiting.End);
        return isQueued ? await waiting.Answer : await Lost;
    }

    /// <summary>Listens to signals; what is called after this is answered after this counts. Dispose ends it.</summary>
    public IDisposable Listen(string rule, Action<BusReader> heard)
    {
        var match = new BusMatch(rule, heard);
        _ = Post(bus =>
        {
            if (match.Add(bus) == 0)
            {
                _ = matches.Add(match);
            }
        });
        return new BusListening(() =>
        {
            _ = Post(bus =>
            {
                match.Remove();
                _ = matches.Remove(match);
            });
        });
    }

    public void Dispose()
    {
        isClosing = true;
        Wake();
    }

    private bool Post(Action<nint> action, Action<Fault>? giveUp = null)
    {
        lock (gate)
        {
            if (isOver)
            {
                return false;
            }

            work.Enqueue((action, giveUp));
        }

        Wake();
        return true;
    }

    private unsafe void Wake()
    {
        byte one = 1;
        lock (gate)
        {
            // A full pipe wakes just as well.
            if (!isOver)
            {
                _ = LibC.write(wakeWrite, &one, 1);
            }
        }
    }

    private void Run()
    {
        nint bus = 0;
        Fault reason;
        try
        {
            var errno = BusStart.Start(address, out bus);
            while (errno == 0 && !isClosing)
            {
                while (work.TryDequeue(out var item))
                {
                    item.Do(bus);
                }

                errno = Turn(bus);
            }

            reason = errno == 0 ? BusFaults.Closed(address) : BusFaults.Lost(address, errno);
        }
        catch (DllNotFoundException missing)
        {
            reason = BusFaults.NoLibrary(missing.Message);
        }

        Over(bus, reason);
    }

    /// <summary>Lets sd-bus do one thing, or waits for something to do. 0, or the errno that ends the connection.</summary>
    private unsafe int Turn(nint bus)
    {
        var answer = LibSystemd.sd_bus_process(bus, null);
        if (answer != 0)
        {
            return answer < 0 ? -answer : 0;
        }

        var descriptor = LibSystemd.sd_bus_get_fd(bus);
        var events = LibSystemd.sd_bus_get_events(bus);
        ulong until;
        if (descriptor < 0 || events < 0 || LibSystemd.sd_bus_get_timeout(bus, &until) < 0)
        {
            return Errno.BrokenPipe;
        }

        // struct pollfd: descriptor, then two bytes of wanted and two of seen events.
        var polled = stackalloc long[2];
        polled[0] = (uint)descriptor | ((long)events << 32);
        polled[1] = (uint)(int)wakeRead.DangerousGetHandle() | (1L << 32);
        _ = LibC.poll(polled, 2, BusStart.MillisecondsUntil(until));
        var buffer = stackalloc byte[256];
        while (LibC.read(wakeRead, buffer, 256) == 256)
        {
            // Empties the pipe.
        }

        return 0;
    }

    private void Over(nint bus, Fault reason)
    {
        lock (gate)
        {
            isOver = true;
        }

        while (work.TryDequeue(out var item))
        {
            item.GiveUp?.Invoke(reason);
        }

        foreach (var call in pending.ToArray())
        {
            call.End(reason);
        }

        foreach (var match in matches)
        {
            match.Remove();
        }

        if (bus != 0)
        {
            _ = LibSystemd.sd_bus_close_unref(bus);
        }

        lock (gate)
        {
            wakeRead.Dispose();
            wakeWrite.Dispose();
        }

        lost.SetResult(reason);
    }
}
