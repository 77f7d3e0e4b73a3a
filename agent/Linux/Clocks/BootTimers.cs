using NodeAgent.Linux.Native;

namespace NodeAgent.Linux.Clocks;

/// <summary>
/// The timers of <see cref="BootTimeProvider"/>, on one thread that wakes only when one is due. An agent sets a deadline for all that it
/// asks, and calls nearly all of them off. The runtime's own timers wake a thread for each that is set earlier than what their
/// queue waits for, and once more when one would have been due that was called off.
/// </summary>
internal static class BootTimers
{
    private const int Monotonic = 1;
    private const double NanosecondsPerMillisecond = 1e6;
    private static readonly object Gate = new();
    private static readonly SortedSet<BootTimer> Waiting = new(Comparer<BootTimer>.Create(BootTimer.ByTurn));

    // Until when the thread means to sleep.
    private static long wakesAt = long.MinValue;
    private static bool isRunning;

    /// <summary>Now, in nanoseconds on the clock that timers count by.</summary>
    public static long Now => KernelClock.Read(Monotonic);

    /// <summary>Changes when a timer is due, or that it is; under the lock of all timers.</summary>
    public static T Change<T>(BootTimer timer, Func<BootTimer, T> change)
    {
        lock (Gate)
        {
            Waiting.Remove(timer);
            var result = change(timer);
            if (timer.Due == BootTimer.Never)
            {
                return result;
            }

            Waiting.Add(timer);
            if (!isRunning)
            {
                new Thread(Run) { IsBackground = true, Name = "timers" }.UnsafeStart();
                isRunning = true;
            }
            else if (timer.Due < wakesAt)
            {
                Monitor.Pulse(Gate);
            }

            return result;
        }
    }

    private static void Run()
    {
        var due = new List<BootTimer>();
        while (true)
        {
            lock (Gate)
            {
                for (Take(due); due.Count == 0; Take(due))
                {
                    Sleep();
                }

                // Awake: whatever is set meanwhile is looked at before it sleeps again.
                wakesAt = long.MinValue;
            }

            // Others than this thread run them, as any of them may take its time.
            due.ForEach(timer => ThreadPool.UnsafeQueueUserWorkItem(timer, preferLocal: false));
            due.Clear();
        }
    }

    private static void Take(List<BootTimer> due)
    {
        while (Waiting.Min is { } first && first.Due <= Now)
        {
            Waiting.Remove(first);
            first.Begin();
            if (first.Due != BootTimer.Never)
            {
                Waiting.Add(first);
            }

            due.Add(first);
        }
    }

    private static void Sleep()
    {
        wakesAt = Waiting.Min?.Due ?? long.MaxValue;
        var span = wakesAt == long.MaxValue ? Timeout.Infinite
            : (int)Math.Clamp(Math.Ceiling((wakesAt - Now) / NanosecondsPerMillisecond), 0, int.MaxValue);
        Monitor.Wait(Gate, span);
    }
}
