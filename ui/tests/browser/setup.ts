// What every component test starts from: the page's own styles.
import '../../src/styles/tokens.css'
import '../../src/styles/base.css'
