using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using NodeAgent.Contract;
using NodeAgent.Linux.Files;

namespace NodeAgent.Daemon.Peers.Identity;

/// <summary>
/// <c>STATE/cluster</c>: the node's certificate and key, the member list, and on the issuer the authority and its
/// tokens. The folder appears in one step, complete, or not at all.
/// </summary>
internal sealed class ClusterFolder(string stateFolder)
{
    private const string Staging = "cluster.new";
    private const string NodeFile = "node.pem";
    private const string AuthorityFile = "authority.pem";
    private const string MembersFile = "members.json";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    public string Path { get; } = System.IO.Path.Combine(stateFolder, "cluster");

    public string MembersPath => System.IO.Path.Combine(Path, MembersFile);

    public string TokensPath => System.IO.Path.Combine(Path, "tokens.json");

    public bool Exists => Directory.Exists(Path);

    /// <summary>Founds the folder. An attempt that was cut short before leaves no trace.</summary>
    public Outcome Found(X509Certificate2 node, CertificateAuthority? authority, ReadOnlyMemory<byte> members)
    {
        if (Exists)
        {
            return PeerFaults.AlreadyInCluster(Path);
        }

        var staging = System.IO.Path.Combine(stateFolder, Staging);
        var outcome = Guarded(staging, () => MakeEmpty(staging));
        foreach (var (name, content) in Files(node, authority, members))
        {
            outcome = outcome.IsOk ? Save(System.IO.Path.Combine(staging, name), content) : outcome;
        }

        return outcome.IsOk ? Written(Path, AtomicFile.Move(staging, Path)) : outcome;
    }

    public Outcome<ClusterIdentity> Load()
    {
        if (!Exists)
        {
            return PeerFaults.NotInCluster();
        }

        var node = LoadPem(NodeFile);
        if (!node.IsOk)
        {
            return node.Fault;
        }

        if (PeerUri.Read(node.Value) is not { } self)
        {
            return PeerFaults.StateUnreadable(In(NodeFile), "the certificate names no node of a cluster");
        }

        if (!File.Exists(In(AuthorityFile)))
        {
            return new ClusterIdentity(self, node.Value, null);
        }

        var authority = LoadPem(AuthorityFile);
        return authority.IsOk
            ? new ClusterIdentity(self, node.Value, new CertificateAuthority(authority.Value))
            : authority.Fault;
    }

    public Outcome SaveCertificate(X509Certificate2 node) => Save(In(NodeFile), Pem(node));

    public Outcome SaveMembers(ReadOnlyMemory<byte> members) => Save(MembersPath, members);

    /// <summary>The bytes of a private file; what a crash left half-written is swept first. Missing: null.</summary>
    public static Outcome<byte[]?> Read(string path)
    {
        byte[]? content = null;
        var fault = Guarded(path, () => content = File.Exists(path) ? File.ReadAllBytes(path) : null);
        return fault.IsOk ? new Outcome<byte[]?>(content) : fault.Fault;
    }

    public static Outcome Save(string path, ReadOnlyMemory<byte> content) => Written(path, AtomicFile.Write(path, content.Span));

    public Outcome Sweep() => Guarded(Path, () => AtomicFile.RemoveLeftovers(Path));

    private static IEnumerable<(string Name, ReadOnlyMemory<byte> Content)> Files(
        X509Certificate2 node, CertificateAuthority? authority, ReadOnlyMemory<byte> members)
    {
        yield return (NodeFile, Pem(node));
        yield return (MembersFile, members);
        if (authority is not null)
        {
            yield return (AuthorityFile, Pem(authority.Certificate));
        }
    }

    private static void MakeEmpty(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        Directory.CreateDirectory(folder, OwnerOnly);
        // The umask may have narrowed it.
        File.SetUnixFileMode(folder, OwnerOnly);
    }

    private static Outcome Written(string path, Outcome outcome) =>
        outcome.IsOk ? outcome : PeerFaults.StateUnwritable(path, outcome.Fault.Why);

    private static byte[] Pem(X509Certificate2 certificate) => Encoding.ASCII.GetBytes(NodeKey.ToPem(certificate));

    private static Outcome Guarded(string path, Action action)
    {
        try
        {
            action();
            return Outcome.Done;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return PeerFaults.StateUnwritable(path, refused.Message);
        }
    }

    private string In(string name) => System.IO.Path.Combine(Path, name);

    private Outcome<X509Certificate2> LoadPem(string name)
    {
        var path = In(name);
        try
        {
            if ((File.GetUnixFileMode(path) & Others) != UnixFileMode.None)
            {
                return PeerFaults.StateReadableByOthers(path);
            }

            var text = File.ReadAllText(path, Encoding.ASCII);
            return X509Certificate2.CreateFromPem(text, text);
        }
        catch (Exception broken) when (broken is IOException or UnauthorizedAccessException or CryptographicException)
        {
            // The message of the exception never quotes the key.
            return PeerFaults.StateUnreadable(path, broken.Message);
        }
    }
}
