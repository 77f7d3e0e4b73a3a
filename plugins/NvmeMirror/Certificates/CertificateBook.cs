using System.Collections.Immutable;
using NodeAgent.Contract;

namespace NodeAgent.Plugins.NvmeMirrorBackend.Certificates;

/// <summary>Reads and replaces the pool's certificate.</summary>
internal sealed class CertificateBook(IUnitNotes? notes, UnitId unit)
{
    public async Task<Outcome<Certified>> ReadAsync(string what, CancellationToken cancellation)
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

        // It may have been written although nobody answered: what is there now counts.
        var now = await ReadAsync(what, cancellation);
        return now is { IsOk: true, Value.Certificate: { } there } && there.ToText() == next.ToText() ? now : written.Fault with { What = what };
    }

    public static ImmutableSortedSet<string> Only(NodeId node) => ImmutableSortedSet.Create(StringComparer.Ordinal, node.Value);

    public static ImmutableSortedSet<string> Both(MirrorOptions options) =>
        ImmutableSortedSet.Create(StringComparer.Ordinal, options.Self.Id.Value, options.Peer.Id.Value);
}
