using System.Buffers.Binary;
using System.Text;
using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Index;
using NodeAgent.Plugins.CephBackend.Native;

namespace NodeAgent.Plugins.CephBackend.Images;

/// <summary>
/// Images that are open and have lost their name to another, as when somebody restores a copy by renaming it: who writes goes on in
/// the old one, and the next writer would open the other. All members block; only a call lane uses them.
/// </summary>
internal static class ExchangedImages
{
    private const int Most = 4096;

    /// <summary>The volumes whose names mean another image than the one that is open, or none any more.</summary>
    /// <param name="io">The pool.</param>
    /// <param name="unit">The unit.</param>
    /// <param name="open">Volumes and the ids of their images that are open.</param>
    /// <param name="what">What for.</param>
    public static Outcome<IReadOnlyList<string>> Find(IoHandle io, string unit, IEnumerable<KeyValuePair<string, string>> open, string what)
    {
        var found = new List<string>();
        foreach (var (volume, id) in open)
        {
            var named = IdBehind(io, Keys.Image(unit, volume), what);
            if (!named.IsOk)
            {
                return named.Fault;
            }

            if (named.Value != id)
            {
                found.Add(volume);
            }
        }

        return found;
    }

    /// <summary>Why a unit with such images is not to be used.</summary>
    public static Fault Refuse(string unit, IReadOnlyList<string> volumes, string what) => new(
        FaultCode.PreconditionFailed, what, $"the image of {string.Join(", ", volumes)} that is open here is not the one that is called so now: somebody exchanged it while it was open",
        $"Decide which is right, and let {Keys.Image(unit, volumes[0])} be its name: rbd info, rbd rename. What was written since is in the one that is open.", Retry.AfterFix);

    /// <summary>The id that an image's name means. Read as librbd does when it opens one, without opening it. Empty: there is no image of that name.</summary>
    public static unsafe Outcome<string> IdBehind(IoHandle io, string image, string what)
    {
        var bytes = stackalloc byte[Most];
        var read = Rados.ReadObject(io, "rbd_id." + image, bytes, Most, 0);
        if (read < 0)
        {
            return read == -Errno.NoEntry ? "" : CephFaults.From(read, what, $"reading the id of {image}");
        }

        var told = new ReadOnlySpan<byte>(bytes, read);
        return told.Length > sizeof(int) && BinaryPrimitives.ReadInt32LittleEndian(told) == told.Length - sizeof(int)
            ? Encoding.UTF8.GetString(told[sizeof(int)..])
            : new Fault(FaultCode.Unparseable, what, $"the id of {image} cannot be read", "See which Ceph runs: ceph versions.", Retry.Never);
    }
}
