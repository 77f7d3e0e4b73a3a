using System.Net;
using NodeAgent.Contract;

namespace NodeAgent.Daemon.Peers.Identity;

/// <summary>Slows down guessing: a few failed joins a minute from one address, a few more from all together.</summary>
internal sealed class AttemptLimit(TimeProvider time)
{
    public const int PerAddress = 5;
    public const int Overall = 30;

    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private readonly Lock gate = new();
    private readonly Queue<(DateTimeOffset At, IPAddress From)> failures = new();

    public Outcome Check(IPAddress from)
    {
        lock (gate)
        {
            Forget();
            var mine = failures.Where(failure => failure.From.Equals(from)).ToList();
            if (mine.Count < PerAddress && failures.Count < Overall)
            {
                return Outcome.Done;
            }

            var oldest = mine.Count >= PerAddress ? mine[0].At : failures.Peek().At;
            return JoinFaults.TooManyAttempts(oldest + Window - time.GetUtcNow());
        }
    }

    public void Fail(IPAddress from)
    {
        lock (gate)
        {
            Forget();
            // Above the overall limit nothing more is let in, so nothing more needs to be remembered.
            if (failures.Count < Overall)
            {
                failures.Enqueue((time.GetUtcNow(), from));
            }
        }
    }

    private void Forget()
    {
        while (failures.TryPeek(out var oldest) && oldest.At + Window <= time.GetUtcNow())
        {
            failures.Dequeue();
        }
    }
}
