using System.Collections.Immutable;
using NodeAgent.Contract;

namespace NodeAgent.Plugins.LinstorBackend.Certificates;

/// <summary>Reads and replaces the certificate of a resource.</summary>
internal sealed class CertificateBook(IUnitNotes? notes, UnitId unit)
{
    // A write that nobody answered may come true much later: until it is settled, nothing that was read can be relied on.
    private volatile bool isInDoubt;

    /// <summary>What the cluster has agreed, and will not change by a write of ours that is still on its way.</summary>
    public async Task<Outcome<Certified>> ReadAsync(string what, CancellationToken cancellation)
    {
        var read = await LookAsync(what, cancellation);
        return read.IsOk && isInDoubt ? await SettleAsync(what, read.Value, cancellation) : read;
    }

    // What is there is written once more: the new version kills the write that may still come.
    private async Task<Outcome<Certified>> SettleAsync(string what, Certified there, CancellationToken cancellation)
    {
        if (there.Certificate is not { } certificate)
        {
            return there;
        }

        var written = await notes!.WriteAsync(unit, certificate.ToText(), there.Version, cancellation);
        if (!written.IsOk)
        {
            return written.Fault with { What = what };
        }

        isInDoubt = false;
        return new Certified(certificate, written.Value.Version);
    }

    private async Task<Outcome<Certified>> LookAsync(string what, CancellationToken cancellation)
    {
        if (notes is null)
        {
            return Faults.NoStore(what);
        }

        var note = await notes.ReadAsync(unit, cancellation);
        if (!note.IsOk)
        {
            return note.Fault with { What = what, Why = $"{note.Fault.What}: {note.Fault.Why}" };
        }

        if (note.Value.Text.Length == 0)
        {
            return new Certified(null, note.Value.Version);
        }

        var read = Certificate.Parse(what, note.Value.Text);
        return read.Map(certificate => new Certified(certificate, note.Value.Version));
    }

    /// <summary>Replaces what was read, and nothing newer.</summary>
    public async Task<Outcome<Certified>> WriteAsync(string what, Certified seen, Certificate next, CancellationToken cancellation)
    {
        if (notes is null)
        {
            return Faults.NoStore(what);
        }

        var written = await notes.WriteAsync(unit, next.ToText(), seen.Version, cancellation);
        if (written.IsOk)
        {
            return new Certified(next, written.Value.Version);
        }

        // It may have been written although nobody answered: what is there now counts. The same text under the version
        // that was to be replaced is not it.
        isInDoubt |= written.Fault.Code == FaultCode.TimedOut;
        var now = await LookAsync(what, cancellation);
        if (!now.IsOk || now.Value.Version == seen.Version)
        {
            return written.Fault with { What = what };
        }

        isInDoubt = false;
        return now.Value.Certificate?.ToText() == next.ToText() ? now : written.Fault with { What = what };
    }

    public static ImmutableSortedSet<string> Nobody { get; } = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    public static ImmutableSortedSet<string> Only(NodeId node) => ImmutableSortedSet.Create(StringComparer.Ordinal, node.Value);
}
