using NodeAgent.Contract;

namespace NodeAgent.Plugins.Synchronous;

/// <summary>Reads and replaces a unit's certificate.</summary>
/// <typeparam name="T">The backend's certificate.</typeparam>
/// <param name="notes">Where it is kept; null: nowhere.</param>
/// <param name="unit">Whose it is.</param>
/// <param name="learned">Told of every certificate that was read or written.</param>
internal sealed class CertificateBook<T>(IUnitNotes? notes, UnitId unit, Action<T>? learned = null)
    where T : class, ICertificate<T>
{
    // A write that nobody answered may come true much later: until what it was to replace is replaced, nothing that was read can be
    // relied on. The newest such version; two may write at once, so it is never taken back.
    private long doubtful = -1;
    private volatile LastRead<T>? lastRead;

    /// <summary>How the last look ended, for those who only tell; null: nobody has looked. Never to act on.</summary>
    public LastRead<T>? LastRead => lastRead;

    /// <summary>What the cluster has agreed, and will not change by a write of ours that is still on its way.</summary>
    public async Task<Outcome<Certified<T>>> ReadAsync(string what, CancellationToken cancellation)
    {
        var read = await LookAsync(what, cancellation);
        return Noted(read.IsOk && read.Value.Version <= Interlocked.Read(ref doubtful) ? await SettleAsync(what, read.Value, cancellation) : read);
    }

    // What is there is written once more: the new version kills the write that may still come.
    private async Task<Outcome<Certified<T>>> SettleAsync(string what, Certified<T> there, CancellationToken cancellation)
    {
        if (there.Certificate is not { } certificate)
        {
            return there;
        }

        var written = await notes!.WriteAsync(unit, certificate.ToText(), there.Version, cancellation);
        return written.IsOk ? new Certified<T>(certificate, written.Value.Version) : written.Fault with { What = what };
    }

    private async Task<Outcome<Certified<T>>> LookAsync(string what, CancellationToken cancellation)
    {
        if (notes is null)
        {
            return NoStore(what);
        }

        var note = await notes.ReadAsync(unit, cancellation);
        if (!note.IsOk)
        {
            return note.Fault with { What = what, Why = $"{note.Fault.What}: {note.Fault.Why}" };
        }

        if (note.Value.Text.Length == 0)
        {
            return new Certified<T>(null, note.Value.Version);
        }

        var read = T.Parse(what, note.Value.Text);
        return read.Map(certificate => new Certified<T>(certificate, note.Value.Version));
    }

    /// <summary>Replaces what was read, and nothing newer.</summary>
    public Task<Outcome<Certified<T>>> WriteAsync(string what, Certified<T> seen, T next, CancellationToken cancellation) =>
        ReplaceAsync(what, seen, next, cancellation);

    /// <summary>Takes away what was read, and nothing newer: the storage is about to be destroyed.</summary>
    public async Task<Outcome> VoidAsync(string what, Certified<T> seen, CancellationToken cancellation) =>
        seen.Certificate is null ? Outcome.Done : (await ReplaceAsync(what, seen, null, cancellation)).WithoutValue();

    private async Task<Outcome<Certified<T>>> ReplaceAsync(string what, Certified<T> seen, T? next, CancellationToken cancellation)
    {
        if (notes is null)
        {
            return NoStore(what);
        }

        Outcome<UnitNote> written;
        try
        {
            written = await notes.WriteAsync(unit, next?.ToText() ?? "", seen.Version, cancellation);
        }
        catch (OperationCanceledException)
        {
            // Nobody heard the answer of a write that may be on its way all the same.
            Doubt(seen);
            throw;
        }

        if (written.IsOk)
        {
            return Noted(new Certified<T>(next, written.Value.Version));
        }

        // It may have been written although nobody answered: what is there now counts. The same text under the version
        // that was to be replaced is not it.
        if (written.Fault.Code == FaultCode.TimedOut)
        {
            Doubt(seen);
        }

        var now = await LookAsync(what, cancellation);
        if (!now.IsOk || now.Value.Version == seen.Version)
        {
            return written.Fault with { What = what };
        }

        return now.Value.Certificate?.ToText() == next?.ToText() ? now : written.Fault with { What = what };
    }

    private void Doubt(Certified<T> replaced)
    {
        for (var known = Interlocked.Read(ref doubtful); known < replaced.Version;)
        {
            var before = Interlocked.CompareExchange(ref doubtful, replaced.Version, known);
            known = before == known ? replaced.Version : before;
        }
    }

    private Outcome<Certified<T>> Noted(Outcome<Certified<T>> seen)
    {
        lastRead = new LastRead<T>(seen.IsOk, seen.IsOk ? seen.Value.Certificate : null);
        if (lastRead.Certificate is { } certificate)
        {
            learned?.Invoke(certificate);
        }

        return seen;
    }

    private static Fault NoStore(string what) => new(
        FaultCode.Unsupported, what, "the host offers no cluster store to keep certificates in",
        "Form a cluster with a store: without one nobody can say which copy is current.", Retry.AfterFix);
}
